/**
 * The first version, in steps: what is to be written lies aside under the token of the write, then comes the version, then the mark by
 * whom it was made. Whoever stops between them goes on from there when asked again with the same token; what was asked first counts.
 */
import type { StoredVersion, VaultAnswer, VaultFault, WriteToken } from '../../../ports/vault.ts';
import { untouched } from '../untouched.ts';
import type { Engine } from './engine.ts';
import { changedMeanwhile, faultOf, notManaged } from './faults.ts';
import { setMarks, versionMarks, versionOfToken } from './marks.ts';
import { keyRefused, pendingPath, tokenRefused } from './paths.ts';
import { dropPending, type Pending, readPending } from './pending.ts';
import { holds } from './read-version.ts';
import { askSecret, type SecretState, tokenMark } from './secret-state.ts';
import { asData } from './value.ts';
import { writeVersion } from './write-version.ts';

const nothing: SecretState = {
  newest: 0,
  live: [],
  managed: false,
  marks: new Map(),
  createdAt: null,
  changedAt: null,
};

export async function createSecret(
  engine: Engine,
  key: string,
  value: string,
  { token }: WriteToken,
): Promise<VaultAnswer<StoredVersion>> {
  const refused = keyRefused(key) ?? tokenRefused(token);
  if (refused) return { fault: refused };
  const asked = await askSecret(engine, key);
  if ('fault' in asked) return untouched(asked);
  const state = asked.value ?? nothing;
  const made = versionOfToken(state, token);
  if (made !== undefined && state.live.includes(made)) return end(engine, key, token, made);
  const before = await readPending(engine, key, token);
  if ('fault' in before) return untouched(before);
  const intended = before.value ?? { value, token };
  if (before.value && isUnmarked(state)) return adopt(engine, key, { state, intended });
  const there = conflictWith(state, key);
  if (there) return before.value ? giveUp(engine, key, token, there) : { fault: there };
  if (before.value === null) {
    const kept = await writeVersion(engine, pendingPath(key, token), { after: 0, data: intended });
    if ('fault' in kept) return kept;
    // The same write is asked for twice at once.
    if (kept.value === 'lost') return { fault: changedMeanwhile(key) };
  }
  return begin(engine, key, { state, intended });
}

interface Making {
  readonly state: SecretState;
  readonly intended: Pending;
}

/** Also with one that somebody else has deleted: they may want it back. */
function conflictWith({ live, managed, newest }: SecretState, key: string): VaultFault | undefined {
  if (managed) return live.length > 0 ? exists(key) : undefined;
  return newest > 0 ? notManaged(key) : undefined;
}

const isUnmarked = ({ marks, newest, live }: SecretState): boolean =>
  live.includes(newest) && !marks.has(tokenMark(newest));

async function begin(engine: Engine, key: string, making: Making): Promise<VaultAnswer<StoredVersion>> {
  const { state, intended } = making;
  const written = await writeVersion(engine, key, { after: state.newest, data: asData(intended.value) });
  // What was refused will not be taken later either.
  if ('fault' in written)
    return written.fault.code === 'invalid_request' ? giveUp(engine, key, intended.token, written.fault) : written;
  return written.value === 'written'
    ? finish(engine, key, making, state.newest + 1)
    : giveUp(engine, key, intended.token, changedMeanwhile(key));
}

/** A version that nobody has marked was written by this same write before, or by somebody else since. */
async function adopt(engine: Engine, key: string, making: Making): Promise<VaultAnswer<StoredVersion>> {
  const { state, intended } = making;
  const isOurs = await holds(engine, key, state.newest, intended);
  if ('fault' in isOurs) return isOurs;
  return isOurs.value
    ? finish(engine, key, making, state.newest)
    : giveUp(engine, key, intended.token, conflictWith(state, key) ?? changedMeanwhile(key));
}

async function finish(
  engine: Engine,
  key: string,
  { state, intended: { token } }: Making,
  version: number,
): Promise<VaultAnswer<StoredVersion>> {
  const marked = await setMarks(engine, key, versionMarks(version, token, state));
  return 'fault' in marked ? marked : end(engine, key, token, version);
}

async function end(engine: Engine, key: string, token: string, version: number): Promise<VaultAnswer<StoredVersion>> {
  const dropped = await dropPending(engine, key, token);
  return 'fault' in dropped ? dropped : { value: { version: String(version), fingerprint: null } };
}

async function giveUp(
  engine: Engine,
  key: string,
  token: string,
  fault: VaultFault,
): Promise<VaultAnswer<StoredVersion>> {
  const dropped = await dropPending(engine, key, token);
  return 'fault' in dropped ? dropped : { fault };
}

const exists = (key: string) =>
  faultOf('conflict', 'exists', `there is a secret \`${key}\` already`, 'give it another version, or use another key');
