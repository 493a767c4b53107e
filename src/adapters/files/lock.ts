/** One writer for a run: a name in the abstract socket namespace, which the kernel frees when its holder dies. */
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { atomicWrite } from './atomic-write.ts';
import { forgetLockName, lockName, replaceLockName } from './lock-name.ts';
import { holderOf } from './name-holder.ts';
import { bootId, isAlive, type Owner, ownerOf } from './owner.ts';

export interface Lock {
  readonly owner: Owner;
  readonly release: () => Promise<void>;
}

export interface LockHeld {
  /** Absent when it held the name and had not yet written itself down. */
  readonly heldBy: Owner | undefined;
  /** Name of the machine that it is on, when that is not this one: nobody can see from here whether it lives. */
  readonly elsewhere?: string;
}

/**
 * Abstract names are seen within one network namespace only, so the owner that is written down in the folder counts as well: a
 * process that is alive under that record holds the lock wherever it runs. `note` is written down with it.
 */
export async function acquireLock(
  folder: string,
  note: Readonly<Record<string, string>> = {},
): Promise<Lock | LockHeld> {
  const record = join(folder, 'owner.json');
  const { name, generation } = lockName(folder);
  const server = createServer((socket) => socket.destroy());
  const bound = await new Promise<boolean>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? done(false) : fail(error)));
    server.listen(name, () => done(true));
  });
  const written = readOwner(record);
  if (!bound) {
    const holder = written && (isAlive(written) || isOutOfSight(record)) ? 'user' : holderOf(name);
    if (holder === 'user') return { heldBy: written };
    // A name is to be seen while it is held, and whoever saw that of a holder which was killed may have taken it.
    if (holder === 'other') replaceLockName(folder, generation);
    return acquireLock(folder, note);
  }
  const close = (): Promise<void> => new Promise((done) => server.close(() => done()));
  try {
    const found = writtenDown(folder, name, written, note);
    if (found === 'given up') {
      await close();
      return acquireLock(folder, note);
    }
    if ('heldBy' in found) {
      await close();
      return found;
    }
    server.unref();
    const release = (): Promise<void> => {
      whereWritable(() => forgetLockName(folder, generation));
      return close();
    };
    return { owner: found, release };
  } catch (error) {
    // Of a full disk, or of a folder that is gone: what is not written down is not held.
    await close();
    throw error;
  }
}

/** By whoever has the name. `given up`: it counts no more, since whoever held it gave it up in between. */
function writtenDown(
  folder: string,
  name: string,
  written: Owner | undefined,
  note: Readonly<Record<string, string>>,
): Owner | LockHeld | 'given up' {
  const record = join(folder, 'owner.json');
  if (lockName(folder).name !== name) return 'given up';
  const owner = ownerOf(process.pid);
  if (owner === undefined) throw new Error('/proc does not show this process');
  if (written && written.pid !== owner.pid && isAlive(written)) return { heldBy: written };
  const elsewhere = written && otherHostIn(record);
  if (elsewhere !== undefined) return { heldBy: written, elsewhere };
  sweepHalfWritten(folder);
  atomicWrite(record, `${JSON.stringify({ ...owner, host: hostname(), pids: pidNamespace(), ...note })}\n`);
  // Whoever gave the name up in between looks for a record after that, and this looks for a newer name after its record: one of them sees it.
  if (lockName(folder).name === name) return owner;
  rmSync(record, { force: true });
  return 'given up';
}

/** A folder that is gone, or that nobody can write to, keeps nobody from giving its lock up. */
function whereWritable(work: () => void): void {
  try {
    work();
  } catch {
    // The name stays the same.
  }
}

/** Temporary files of processes that were killed; nobody else writes here now. */
function sweepHalfWritten(folder: string): void {
  for (const name of readdirSync(folder)) if (/\.\d+\.tmp$/.test(name)) rmSync(join(folder, name), { force: true });
}

/** Undefined for a record that is not there or was not written by this program. */
export function readOwner(path: string): Owner | undefined {
  try {
    const { pid, startTime, bootId } = JSON.parse(readFileSync(path, 'utf8')) as Owner;
    return Number.isInteger(pid) && typeof startTime === 'string' && typeof bootId === 'string'
      ? { pid, startTime, bootId }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Its holder counts processes otherwise than this process, for instance in a container that shares the network: nobody can see whether it lives. */
function isOutOfSight(record: string): boolean {
  const { bootId: boot, pids } = JSON.parse(readFileSync(record, 'utf8')) as Partial<Owner> & {
    readonly pids?: unknown;
  };
  return boot === bootId() && pids !== undefined && pids !== pidNamespace();
}

const pidNamespace = (): string => readlinkSync('/proc/self/ns/pid');

/** A boot that is not this one was on this machine where the name is the same; records of earlier versions hold no name. */
function otherHostIn(record: string): string | undefined {
  const { bootId: boot, host } = JSON.parse(readFileSync(record, 'utf8')) as Partial<Owner> & {
    readonly host?: unknown;
  };
  return boot !== bootId() && typeof host === 'string' && host !== hostname() ? host : undefined;
}
