/**
 * Deletes all versions as the engine deletes: operators can undelete them until they are destroyed. The metadata stays, so that a later
 * version has a number of its own, and no reference to a number means another value one day.
 */
import type { VaultAnswer } from '../../../ports/vault.ts';
import type { Engine } from './engine.ts';
import { changedMeanwhile, notManaged, refusedRequest } from './faults.ts';
import { keyRefused } from './paths.ts';
import { dropPending, pendingNames } from './pending.ts';
import { askSecret } from './secret-state.ts';

export async function removeSecret(engine: Engine, key: string): Promise<VaultAnswer<null>> {
  const { client, paths } = engine;
  const refused = keyRefused(key);
  if (refused) return { fault: refused };
  const asked = await askSecret(engine, key);
  if ('fault' in asked) return asked;
  const state = asked.value;
  if (state !== null && !state.managed && state.live.length > 0) return { fault: notManaged(key) };
  const dropped = await dropAllPending(engine, key);
  if ('fault' in dropped) return dropped;
  if (state === null || state.live.length === 0) return { value: null };
  const reply = await client.write('POST', paths.deletion(key), { versions: state.live });
  if ('fault' in reply) return reply;
  if (reply.status === 400) return { fault: refusedRequest(client.origin) };
  const after = await askSecret(engine, key);
  if ('fault' in after) return after;
  return (after.value?.live.length ?? 0) === 0 ? { value: null } : { fault: changedMeanwhile(key) };
}

async function dropAllPending(engine: Engine, key: string): Promise<VaultAnswer<null>> {
  const names = await pendingNames(engine, key);
  if ('fault' in names) return names;
  for (const name of names.value) {
    const dropped = await dropPending(engine, key, name);
    if ('fault' in dropped) return dropped;
  }
  return { value: null };
}
