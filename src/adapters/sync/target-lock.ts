/** Of several runs that work on one source, one at a time brings its changes back. */
import { createHash } from 'node:crypto';
import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { acquireLock } from '../files/lock.ts';
import { makeFolders } from '../files/make-folders.ts';
import type { Owner } from '../files/owner.ts';

export interface TargetLockRequest {
  /** Absolute, real. */
  readonly target: string;
  /** Absolute: a folder for locks of this user, the same for all runs, whatever their state folder is. */
  readonly locks: string;
  readonly signal?: AbortSignal;
  /** Called once when somebody else has it. */
  readonly onWait?: (heldBy: Owner | undefined) => void;
}

const betweenTries = 100;
const mostGone = 1_000;

/** Waits for the other: a holder that is gone holds nothing. Rejects with the reason of the signal, and as the system does. */
export async function lockTarget({
  target,
  locks,
  signal,
  onWait,
}: TargetLockRequest): Promise<{ readonly release: () => Promise<void> }> {
  const folder = join(locks, createHash('sha256').update(target).digest('hex').slice(0, 32));
  for (let tries = 0, gone = 0; ; tries++) {
    signal?.throwIfAborted();
    makeFolders(folder, 0o700);
    const lock = await acquireLock(folder, { target }).catch((error: NodeJS.ErrnoException) => {
      // Whoever had it took the folder away with it, between two steps of this one.
      if (error.code !== 'ENOENT' || ++gone > mostGone) throw error;
    });
    if (!lock) continue;
    if (!('heldBy' in lock)) return { release: () => leave(folder, lock.release) };
    if (tries === 0) onWait?.(lock.heldBy);
    await wait(betweenTries, undefined, signal && { signal }).catch(() => {});
  }
}

/** This process may live on, and a record that stayed would keep everybody else waiting. */
async function leave(folder: string, release: () => Promise<void>): Promise<void> {
  rmSync(join(folder, 'owner.json'), { force: true });
  await release();
  const locks = dirname(folder);
  for (const name of namesIn(locks)) sweep(join(locks, name));
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/**
 * Only what is empty goes, and the system sees to that: a lock that is held has its key and its record in there. Whoever is about to take
 * one finds its folder gone, and makes it again. Of a holder that was killed, the folder stays until its source is taken again.
 */
function sweep(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is in use.
  }
}
