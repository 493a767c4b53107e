/**
 * The index of a working tree, held as git holds it: by a file `index.lock` beside it. One of git's is waited for a little and never
 * removed. One of ours says whose it is, so that the next import takes it over where that one was killed.
 */
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, type Lock, type LockHeld } from '../../files/lock.ts';
import type { SyncFault } from '../fault.ts';
import { gitFailed, locked } from './faults.ts';

export interface HeldIndex {
  /** In the repository, and ours alone: what an import has begun is written down here. */
  readonly folder: string;
  /** Puts another file, of the same file system, in the place of the index. */
  readonly replace: (file: string) => void;
  readonly release: () => Promise<void>;
}

const marker = 'held by headgate while it imports commits\n';
const pause = 50;
/** git itself holds it for as long as it writes; an editor that waits for a message holds it for longer. */
const tries = 60;
/** Other imports into the same working tree; each is over in seconds. */
const patience = 10 * 60_000;

export function indexLockOf(gitDir: string): 'none' | 'self' | 'other' {
  const file = join(gitDir, 'index.lock');
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return 'none';
  return stat.size === marker.length && readFileSync(file, 'utf8') === marker ? 'self' : 'other';
}

export async function holdIndex(gitDir: string, root: string): Promise<HeldIndex | { readonly fault: SyncFault }> {
  const folder = join(gitDir, 'headgate');
  const file = join(gitDir, 'index.lock');
  try {
    const release = await onlyImport(folder);
    if (typeof release === 'string') return { fault: locked(join(folder, 'owner.json'), release) };
    // Of one that was killed.
    for (const name of ['index', 'index.lock']) rmSync(join(folder, name), { force: true });
    try {
      if (await takeLock(folder, file)) return held(gitDir, folder, file, release);
    } catch (error) {
      await release();
      throw error;
    }
    await release();
    return { fault: locked(file, holderText(file)) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { fault: gitFailed(root, 'lock the index', code === 'ENOSPC' ? 'no space left on the disk' : message) };
  }
}

function held(gitDir: string, folder: string, file: string, release: () => Promise<void>): HeldIndex {
  return {
    folder,
    replace: (other) => renameSync(other, join(gitDir, 'index')),
    release: () => {
      rmSync(file, { force: true });
      return release();
    },
  };
}

/** Its release, or who keeps it. */
async function onlyImport(folder: string): Promise<(() => Promise<void>) | string> {
  for (let waited = 0; ; waited += pause) {
    const lock = await lockIn(folder);
    if (lock !== 'gone') {
      if ('release' in lock) return () => leave(folder, lock);
      if (lock.elsewhere !== undefined) return `a headgate on the machine \`${lock.elsewhere}\` holds it`;
    }
    if (waited >= patience)
      return `process ${(lock !== 'gone' && lock.heldBy?.pid) || 'unknown'} has been importing for ten minutes`;
    await sleep(pause);
  }
}

/** `gone`: the one before has taken its folder away while this one looked into it. */
async function lockIn(folder: string): Promise<Lock | LockHeld | 'gone'> {
  try {
    mkdirSync(folder, { recursive: true });
    return await acquireLock(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    throw error;
  }
}

/** Nothing stays in the repository. The record goes while the lock is held: afterwards it may be that of the next one, whose folder is not empty. */
async function leave(folder: string, lock: Lock): Promise<void> {
  rmSync(join(folder, 'owner.json'), { force: true });
  await lock.release();
  try {
    rmdirSync(folder);
  } catch {
    // Of another import by now, or of one that goes on after a crash.
  }
}

/** Whoever is here is the only import: a lock of ours was left by one that is gone. */
async function takeLock(folder: string, file: string): Promise<boolean> {
  const own = join(folder, 'lock');
  writeFileSync(own, marker);
  try {
    for (let tried = 0; tried < tries; tried++) {
      if (isMade(own, file)) return true;
      if (indexLockOf(join(file, '..')) === 'self') rmSync(file, { force: true });
      else await sleep(pause);
    }
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** With its text at once: nobody finds it empty. */
function isMade(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holderText(file: string): string {
  const pid = holderOf(file);
  return pid === undefined
    ? 'no process has it open: it was left by a git that was killed, or a git that runs an editor or a hook holds it'
    : `process ${pid} has it open`;
}

/** Of processes of others nothing can be seen. */
function holderOf(file: string): string | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((pid) => {
      try {
        return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === file);
      } catch {
        return false;
      }
    });
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
