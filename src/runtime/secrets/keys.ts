/** Keys as they are typed. */
import { suggest } from '../../base/suggest.ts';
import { keyFault } from '../../language/secrets/reference.ts';
import { faultError } from './fault-error.ts';

export function requireKey(key: string): void {
  const fault = keyFault(key);
  if (fault !== null) throw faultError('invalid_request', 'key_form', fault, 'choose another key');
}

export function unknownSecret(
  { vault, key }: { readonly vault: string; readonly key: string },
  keys: readonly string[],
): Error {
  const near = suggest(key, keys);
  return faultError(
    'not_found',
    'secret_missing',
    `there is no secret \`${vault}/${key}\``,
    near === undefined
      ? keys.length === 0
        ? `\`headgate secrets set ${vault}/${key}\` makes it`
        : `\`headgate secrets list ${vault}\` shows what there is`
      : `did you mean \`${near}\`?`,
  );
}
