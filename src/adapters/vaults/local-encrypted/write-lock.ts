/** One writer at a time, whatever process it is in; a writer that is killed leaves nobody waiting. */
import { lstatSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, type Lock, type LockHeld } from '../../files/lock.ts';
import { ioRefusal, refusal } from './faults.ts';

const patienceMs = 60_000;

/** `folder` is there only while somebody writes, or after somebody was killed who did. */
export async function withWriteLock<T>(folder: string, work: () => T | Promise<T>): Promise<T> {
  const latest = performance.now() + patienceMs;
  for (;;) {
    const lock = await attempt(folder);
    if ('release' in lock) {
      try {
        return await work();
      } finally {
        await letGo(folder, lock);
      }
    }
    if (lock.elsewhere !== undefined)
      throw refusal(
        'provider_unavailable',
        'locked_elsewhere',
        `a process on ${lock.elsewhere} may be writing to the vault`,
        `when nothing runs there, remove the folder \`${folder}\``,
      );
    if (performance.now() > latest)
      throw refusal(
        'provider_unavailable',
        'locked',
        `${lock.heldBy ? `process ${lock.heldBy.pid}` : 'another process'} is writing to the vault and does not end`,
        'end that process, and try again',
      );
    await sleep(5 + Math.random() * 20);
  }
}

async function attempt(folder: string): Promise<Lock | LockHeld> {
  try {
    makeLockFolder(folder);
    return await acquireLock(folder);
  } catch (error) {
    // Whoever held it took the folder away meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && isAbove(folder)) return { heldBy: undefined };
    throw ioRefusal(error, folder, 'written');
  }
}

function makeLockFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.geteuid?.())
    throw refusal(
      'access_denied',
      'lock_folder',
      `\`${folder}\` is not a folder of yours`,
      'move it away: the vault keeps the lock of its writers there',
    );
}

const isAbove = (folder: string): boolean => lstatSync(join(folder, '..'), { throwIfNoEntry: false }) !== undefined;

/**
 * The record goes first, while the name is still held: nobody else can have written one. The folder goes last, and only when it is
 * empty: whoever has a key in it by then holds the lock, or is about to.
 */
async function letGo(folder: string, lock: Lock): Promise<void> {
  rmSync(join(folder, 'owner.json'), { force: true });
  await lock.release();
  try {
    rmdirSync(folder);
  } catch {
    // The next writer is there already.
  }
}
