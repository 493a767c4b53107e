import type { VaultAnswer } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { faultOf } from './faults.ts';
import { keyRefused } from './paths.ts';
import { dropPending, readPending } from './pending.ts';
import { versionRefused } from './promote.ts';
import { holds } from './read-version.ts';
import { askSecret } from './secret-state.ts';

export async function discardVersion(engine: Engine, key: string, version: string): Promise<VaultAnswer<null>> {
  const refused = keyRefused(key) ?? versionRefused(version);
  if (refused) return { fault: refused };
  const pending = await readPending(engine, key, version);
  if ('fault' in pending || pending.value === null) return 'fault' in pending ? pending : { value: null };
  const state = await askSecret(engine, key);
  if ('fault' in state) return state;
  if ((state.value?.newest ?? 0) >= Number(version)) {
    const isMade = await holds(engine, key, Number(version), pending.value);
    if ('fault' in isMade) return isMade;
    if (isMade.value) return { fault: alreadyCurrent(key, version) };
  }
  return dropPending(engine, key, version);
}

const alreadyCurrent = (key: string, version: string) =>
  faultOf(
    'conflict',
    'already_current',
    `version ${version} of \`${key}\` has become the current one`,
    'finish the rotation, or rotate again',
  );
