/** Storage belongs to one run while that lives: two that write to the same folders would mix their data. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, type Lock } from '../../../adapters/files/lock.ts';
import { isAlive } from '../../../adapters/files/owner.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { StorageMount } from '../../../plan/wiring/storage.ts';
import { makePrivate } from '../../state/run-folder.ts';
import { storagePlace } from './storage.ts';

export interface StorageClaim {
  readonly stateDir: string;
  /** See `storageKey`. */
  readonly key: string;
  /** Who claims it. */
  readonly run: string;
  readonly components: readonly { readonly storage: readonly Pick<StorageMount, 'id' | 'ephemeral'>[] }[];
}

/** How long whoever has just taken it may need to write down who it is. */
const PATIENCE_MS = 5_000;

/** Blocked while another run has it. A run without storage claims nothing. */
export async function claimStorage({
  stateDir,
  key,
  run,
  components,
}: StorageClaim): Promise<Pick<Lock, 'release'> | { readonly blocked: readonly Blocked[] }> {
  const ids = [
    ...new Set(components.flatMap(({ storage }) => storage).flatMap(({ id, ephemeral }) => (ephemeral ? [] : [id]))),
  ].sort();
  if (ids.length === 0) return { release: async () => {} };
  const folder = storagePlace(stateDir, key);
  makePrivate(folder);
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = await acquireLock(folder, { run });
    const record = join(folder, 'owner.json');
    if (!('heldBy' in lock)) return { release: () => leave(lock, record) };
    if (lock.elsewhere !== undefined) return { blocked: [usedElsewhere(ids, lock.elsewhere, record)] };
    // A record whose writer is gone is not of the run that has it now.
    const owner = lock.heldBy && isAlive(lock.heldBy) ? runIn(record) : undefined;
    if (owner !== undefined || performance.now() > until) return { blocked: [inUse(ids, owner)] };
    await sleep(20);
  }
}

/** Its process may live on, and a record that stayed would keep everybody else out. */
async function leave(lock: Lock, record: string): Promise<void> {
  try {
    rmSync(record, { force: true });
  } catch {
    // Where nothing can be written nobody can take it either.
  }
  await lock.release();
}

function runIn(record: string): string | undefined {
  try {
    const { run } = JSON.parse(readFileSync(record, 'utf8')) as { readonly run?: unknown };
    return typeof run === 'string' ? run : undefined;
  } catch {
    return undefined;
  }
}

function inUse(ids: readonly string[], run: string | undefined): Blocked {
  const [who, ends] =
    run === undefined
      ? ['another run', '`headgate ps` shows what runs, and `headgate stop RUN` ends it']
      : [`run ${run}`, `\`headgate stop ${run}\` ends that run`];
  return {
    gate: 'storage_in_use',
    subject: ids.join(', '),
    reasons: [`${who} has ${ids.length === 1 ? 'it' : 'them'}, and two runs would write over each other's data`],
    remedy: `${ends}; with another --state-dir, or from a copy of its folder, the scenario has storage of its own`,
  };
}

const usedElsewhere = (ids: readonly string[], host: string, record: string): Blocked => ({
  gate: 'storage_in_use',
  subject: ids.join(', '),
  reasons: [`a run on the machine ${host} has it, and from here nobody can see whether that still lives`],
  remedy: `end that run; when nothing of it runs there any more, remove ${record}`,
});
