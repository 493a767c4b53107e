/**
 * The first version, in three steps: that it is intended, the version, and by whom it was made. Whoever stops between them goes on from
 * there when asked again with the same token.
 */
import type { StoredVersion, VaultAnswer, WriteToken } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { changedMeanwhile, faultOf, mountMissing, notManaged, refusedRequest } from './faults.ts';
import { setMarks, versionMarks, versionOfToken } from './marks.ts';
import { keyRefused } from './paths.ts';
import { readVersion } from './read-version.ts';
import { askSecret, intentMark, type SecretState, tokenMark } from './secret-state.ts';
import { asData, textOf } from './value.ts';
import { writeVersion } from './write-version.ts';

const storedAs = (version: number): VaultAnswer<StoredVersion> => ({
  value: { version: String(version), fingerprint: null },
});

export async function createSecret(
  engine: Engine,
  key: string,
  value: string,
  { token }: WriteToken,
): Promise<VaultAnswer<StoredVersion>> {
  const refused = keyRefused(key);
  if (refused) return { fault: refused };
  const asked = await askSecret(engine, key);
  if ('fault' in asked) return asked;
  const state = asked.value;
  const before = state === null ? 'nothing' : whatIsThere(state, token);
  if (typeof before === 'number') return storedAs(before);
  if (before === 'theirs') return { fault: notManaged(key) };
  if (before === 'ours') return { fault: exists(key) };
  if (before === 'begun' && state) {
    const made = await adopt(engine, key, { state, value, token });
    if (made) return made;
  }
  return begin(engine, key, { state, value, token });
}

interface Making {
  readonly state: SecretState | null;
  readonly value: string;
  readonly token: string;
}

/** A number is the version that this write has made before. */
function whatIsThere(state: SecretState, token: string): number | 'nothing' | 'begun' | 'ours' | 'theirs' {
  const made = versionOfToken(state, token);
  if (made !== undefined && state.live.includes(made)) return made;
  if (state.marks.has(intentMark(token))) return 'begun';
  if (state.live.length > 0) return state.managed ? 'ours' : 'theirs';
  // Whoever deleted it may want it back.
  return state.managed || state.newest === 0 ? 'nothing' : 'theirs';
}

async function begin(engine: Engine, key: string, making: Making): Promise<VaultAnswer<StoredVersion>> {
  const { client, paths } = engine;
  const { state, value, token } = making;
  if (state === null) {
    // Makes the metadata where there is none, for which something must be said; marks that others make meanwhile stay.
    const reply = await client.write('POST', paths.metadata(key), { cas_required: false });
    if ('fault' in reply) return reply;
    if (reply.status === 404) return { fault: mountMissing(paths.mount) };
    if (reply.status === 400) return { fault: refusedRequest(client.origin) };
  }
  const intended = await setMarks(engine, key, { [intentMark(token)]: '1' });
  if ('fault' in intended) return intended;
  const after = state?.newest ?? 0;
  const written = await writeVersion(engine, key, { after, data: asData(value) });
  if ('fault' in written) {
    // What was refused will not be taken later either.
    if (written.fault.code === 'invalid_request') await setMarks(engine, key, { [intentMark(token)]: null });
    return written;
  }
  return written.value === 'written' ? finish(engine, key, making, after + 1) : giveUp(engine, key, token);
}

/** What stands there was written by this same write, or by somebody else in between. Undefined where nothing was written. */
async function adopt(engine: Engine, key: string, making: Making): Promise<VaultAnswer<StoredVersion> | undefined> {
  const { state, value, token } = making;
  const newest = state?.newest ?? 0;
  if (!state?.live.includes(newest)) return undefined;
  const read = await readVersion(engine, { path: key, shown: key, version: newest });
  if ('fault' in read) return read;
  const isOurs = textOf(read.value.data) === value && !versionIsMarked(state, newest);
  return isOurs ? finish(engine, key, making, newest) : giveUp(engine, key, token);
}

const versionIsMarked = (state: SecretState, version: number): boolean => state.marks.has(tokenMark(version));

async function finish(
  engine: Engine,
  key: string,
  { state, token }: Making,
  version: number,
): Promise<VaultAnswer<StoredVersion>> {
  const marked = await setMarks(engine, key, { ...versionMarks(version, token, state), [intentMark(token)]: null });
  return 'fault' in marked ? marked : storedAs(version);
}

async function giveUp(engine: Engine, key: string, token: string): Promise<VaultAnswer<StoredVersion>> {
  const left = await setMarks(engine, key, { [intentMark(token)]: null });
  return 'fault' in left ? left : { fault: changedMeanwhile(key) };
}

const exists = (key: string) =>
  faultOf('conflict', 'exists', `there is a secret \`${key}\` already`, 'give it another version, or use another key');
