import { keyFault } from '../../../language/secrets/reference.ts';
import type { VaultAnswer } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { faultOf } from './faults.ts';
import { askSecret } from './secret-state.ts';
import { secretPaths } from './walk.ts';

const maxSecrets = 10_000;
const atOnce = 8;

/** Only the metadata of a secret says whose it is, so each is asked for. */
export async function listSecrets(engine: Engine): Promise<VaultAnswer<readonly string[]>> {
  const seen: string[] = [];
  for await (const found of secretPaths(engine)) {
    if ('fault' in found) return found;
    // What cannot be a key was not made by headgate.
    if (keyFault(found.path) !== null) continue;
    if (seen.push(found.path) > maxSecrets) return { fault: tooMany() };
  }
  const managed: string[] = [];
  for (let from = 0; from < seen.length; from += atOnce) {
    const asked = seen.slice(from, from + atOnce);
    const states = await Promise.all(asked.map((path) => askSecret(engine, path)));
    for (const [i, state] of states.entries()) {
      if ('fault' in state) return state;
      if (state.value?.managed && state.value.live.length > 0) managed.push(asked[i] as string);
    }
  }
  return { value: managed };
}

const tooMany = () =>
  faultOf(
    'provider_error',
    'too_many_secrets',
    `there are more than ${maxSecrets} secrets`,
    'give headgate a mount of its own',
  );
