/** One field of a secret that is a JSON object. */
import { isObject, type JsonValue, own } from '../../base/json.ts';
import { isShallow } from '../../base/json-depth.ts';
import { sortedKeys } from '../../base/order.ts';
import type { SecretReference } from '../../language/secrets/reference.ts';
import { faultError } from './fault-error.ts';

/** More names than that are not read. */
const mostNames = 20;

/** The whole text where the reference names no field. A text in it comes as it is, anything else as JSON. Names are told, values never. */
export function fieldOf(text: string, { vault, key, field }: SecretReference): string {
  if (field === undefined) return text;
  let value: JsonValue = null;
  try {
    value = isShallow(text) ? (JSON.parse(text) as JsonValue) : null;
  } catch {
    // Told as any other text that is not an object.
  }
  if (!isObject(value))
    throw faultError(
      'invalid_request',
      'not_an_object',
      `secret \`${vault}/${key}\` is not a JSON object, so it has no field \`${field}\``,
      'leave out the `#` and what follows, or set a JSON object',
    );
  const found = own(value, field);
  if (found !== undefined) return typeof found === 'string' ? found : JSON.stringify(found);
  const names = sortedKeys(value);
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  throw faultError(
    'not_found',
    'field_missing',
    `secret \`${vault}/${key}\` has no field \`${field}\``,
    names.length === 0 ? 'it has no fields' : `it has ${names.slice(0, mostNames).join(', ')}${more}`,
  );
}
