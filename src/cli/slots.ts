/** What `--slot` says of the slots of a root. */
import { splitPair } from '../app/flags.ts';
import { UsageError } from '../app/usage-error.ts';
import { isReference, parseReference } from '../language/secrets/reference.ts';
import { credentialsFault, credentialsRemedy, holdsCredentials } from '../runtime/state/url-secrets.ts';

export function slotsFrom({ slot = [] }: { readonly slot?: readonly string[] }): Readonly<Record<string, string>> {
  const slots: Record<string, string> = {};
  for (const given of slot) {
    const pair = splitPair(given);
    if (!pair)
      throw new UsageError(`--slot takes NAME=URL${holdsCredentials(given) ? '' : `, and was given \`${given}\``}`);
    const [name, url] = pair;
    if (Object.hasOwn(slots, name)) throw new UsageError(`--slot names \`${name}\` twice`);
    if (holdsCredentials(url)) throw new UsageError(`--slot ${name}: ${credentialsFault}; ${credentialsRemedy(name)}`);
    slots[name] = url;
    if (isReference(url)) {
      const parsed = parseReference(url);
      if ('fault' in parsed) throw new UsageError(`--slot ${name}: ${parsed.fault}`);
      continue;
    }
    if (!URL.canParse(url) || !/^(?:https?|tcp):$/.test(new URL(url).protocol))
      throw new UsageError(`--slot ${name}: \`${url}\` is not an http, https or tcp URL`);
  }
  return slots;
}
