import type { StoredVersion, VaultAnswer, VaultFault, WriteToken } from '../../../ports/vault.ts';
import { untouched } from '../untouched.ts';
import type { Engine } from './engine.ts';
import { changedMeanwhile, faultOf, missingSecret, notManaged } from './faults.ts';
import { versionOfToken } from './marks.ts';
import { keyRefused, pendingPath, tokenRefused } from './paths.ts';
import { isVersion, pendingNames, readPending } from './pending.ts';
import { askSecret } from './secret-state.ts';
import { writeVersion } from './write-version.ts';

const storedAs = (version: string): VaultAnswer<StoredVersion> => ({ value: { version, fingerprint: null } });

export async function putPendingVersion(
  engine: Engine,
  key: string,
  value: string,
  { token }: WriteToken,
): Promise<VaultAnswer<StoredVersion>> {
  const refused = keyRefused(key) ?? tokenRefused(token);
  if (refused) return { fault: refused };
  const asked = await askSecret(engine, key);
  if ('fault' in asked) return untouched(asked);
  const state = asked.value;
  if (state === null) return { fault: missingSecret(key) };
  if (!state.managed) return { fault: notManaged(key) };
  if (state.live.length === 0) return { fault: missingSecret(key) };
  const made = versionOfToken(state, token);
  if (made !== undefined) return storedAs(String(made));
  const before = await pendingOf(engine, key, token);
  if ('fault' in before) return untouched(before);
  if (before.value !== null) return storedAs(before.value);
  const version = String(state.newest + 1);
  const path = pendingPath(key, version);
  const written = await writeVersion(engine, path, { after: 0, data: { value, token } });
  if ('fault' in written) return refusedOrLost(engine, key, state.newest, written);
  if (written.value === 'written') return storedAs(version);
  // The same write may have been asked for twice at once.
  const there = await readPending(engine, key, version);
  if ('fault' in there) return there;
  return there.value?.token === token ? storedAs(version) : { fault: pendingExists(key, path) };
}

/** Whoever won may be done by now: what lay aside has become a version and is gone, as if nobody had been there. */
async function refusedOrLost(
  engine: Engine,
  key: string,
  newest: number,
  refused: { readonly fault: VaultFault },
): Promise<VaultAnswer<StoredVersion>> {
  if (refused.fault.code !== 'invalid_request') return refused;
  const now = await askSecret(engine, key);
  if ('fault' in now) return now;
  return (now.value?.newest ?? 0) === newest ? refused : { fault: changedMeanwhile(key) };
}

/** What the same write has kept before, whatever happened to the secret since. */
async function pendingOf(engine: Engine, key: string, token: string): Promise<VaultAnswer<string | null>> {
  const names = await pendingNames(engine, key);
  if ('fault' in names) return names;
  for (const version of names.value.filter(isVersion)) {
    const pending = await readPending(engine, key, version);
    if ('fault' in pending) return pending;
    if (pending.value?.token === token) return { value: version };
  }
  return { value: null };
}

const pendingExists = (key: string, path: string) =>
  faultOf(
    'conflict',
    'pending_exists',
    `another new version of \`${key}\` is under way`,
    `let it end; what nobody will end is removed with \`bao kv metadata delete -mount=MOUNT ${path}\``,
  );
