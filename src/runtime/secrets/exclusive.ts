/** One at a time, over all processes of this machine, for as long as a piece of work takes. Whoever is killed lets go. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, type Lock } from '../../adapters/files/lock.ts';
import { makePrivate } from '../state/run-folder.ts';
import { faultError } from './fault-error.ts';
import { unwritable } from './private-file.ts';

/** A provider may take its time for each of the steps that are done under a lock. */
const usualPatience = 180_000;

/** `folder` holds the lock and nothing else. Throws a fault when others have it for longer than `patience` milliseconds. */
export async function exclusively<T>(
  folder: string,
  work: () => T | Promise<T>,
  patience: number = usualPatience,
): Promise<T> {
  const lock = await locked(folder, patience);
  try {
    return await work();
  } finally {
    forgetOwner(folder);
    await lock.release();
  }
}

/** The record of a holder that lives on would keep others out after it has let go. Where it cannot be removed, the work was done all the same. */
function forgetOwner(folder: string): void {
  try {
    rmSync(join(folder, 'owner.json'), { force: true });
  } catch {
    // It counts for as long as this process lives.
  }
}

async function locked(folder: string, patience: number): Promise<Lock> {
  for (let waited = 0; ; ) {
    const lock = await tryLock(folder);
    if ('release' in lock) return lock;
    if (lock.elsewhere !== undefined || waited >= patience)
      throw faultError(
        'conflict',
        'busy',
        lock.elsewhere === undefined
          ? `another headgate${lock.heldBy ? ` (process ${lock.heldBy.pid})` : ''} is changing these secrets`
          : `a headgate on the machine ${lock.elsewhere} is changing these secrets, and from here nobody can see whether it lives`,
        lock.elsewhere === undefined
          ? 'wait until it is done and try again'
          : `when nothing of it runs there any more, remove ${join(folder, 'owner.json')}`,
      );
    const turn = 2 + Math.random() * 18;
    waited += turn;
    await sleep(turn);
  }
}

async function tryLock(folder: string): ReturnType<typeof acquireLock> {
  try {
    makePrivate(folder);
    return await acquireLock(folder);
  } catch (error) {
    throw unwritable(folder, error);
  }
}
