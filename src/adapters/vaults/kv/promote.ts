/**
 * Writes what is pending as the next version, marks it, and takes the pending value away. Each step is seen by whoever asks again, so
 * that one that was stopped between them goes on, and never writes a second version.
 */
import type { StoredVersion, VaultAnswer } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { changedMeanwhile, faultOf, missingSecret, notManaged } from './faults.ts';
import { setMarks, versionMarks } from './marks.ts';
import { keyRefused } from './paths.ts';
import { dropPending, type Pending, readPending } from './pending.ts';
import { holds } from './read-version.ts';
import { askSecret, type SecretState, tokenMark } from './secret-state.ts';
import { asData } from './value.ts';
import { writeVersion } from './write-version.ts';

export async function promoteVersion(
  engine: Engine,
  key: string,
  version: string,
): Promise<VaultAnswer<StoredVersion>> {
  const number = Number(version);
  const refused = keyRefused(key) ?? versionRefused(version);
  if (refused) return { fault: refused };
  const pending = await readPending(engine, key, version);
  if ('fault' in pending) return pending;
  const asked = await askSecret(engine, key);
  if ('fault' in asked) return asked;
  const state = asked.value;
  if (state === null) return { fault: missingSecret(key) };
  if (!state.managed) return { fault: notManaged(key) };
  const done: VaultAnswer<StoredVersion> = { value: { version, fingerprint: null } };
  if (pending.value === null) return state.marks.has(tokenMark(number)) ? done : { fault: noPending(key, version) };
  const made = await make(engine, key, { number, state, pending: pending.value });
  if ('fault' in made) return made;
  const marked = await setMarks(engine, key, versionMarks(number, pending.value.token, state));
  if ('fault' in marked) return marked;
  const dropped = await dropPending(engine, key, version);
  return 'fault' in dropped ? dropped : done;
}

interface Making {
  readonly number: number;
  readonly state: SecretState;
  readonly pending: Pending;
}

async function make(engine: Engine, key: string, { number, state, pending }: Making): Promise<VaultAnswer<null>> {
  if (state.newest < number - 1) return { fault: changedMeanwhile(key) };
  if (state.newest === number - 1) {
    // Somebody has removed the secret: it does not come back by this.
    if (state.live.length === 0) return { fault: changedMeanwhile(key) };
    const written = await writeVersion(engine, key, { after: number - 1, data: asData(pending.value) });
    if ('fault' in written) return written;
    if (written.value === 'written') return { value: null };
  }
  const isMade = await holds(engine, key, number, pending);
  if ('fault' in isMade) return isMade;
  return isMade.value ? { value: null } : { fault: changedMeanwhile(key) };
}

export const versionRefused = (version: string) =>
  /^[1-9][0-9]{0,8}$/.test(version)
    ? undefined
    : faultOf('invalid_request', 'version_refused', 'versions of this engine are numbers', 'name one by its number');

const noPending = (key: string, version: string) =>
  faultOf(
    'not_found',
    'no_pending_version',
    `version ${version} of \`${key}\` is not kept to be made the current one`,
    'begin the rotation again',
  );
