/** One writer for a run: a name in the abstract socket namespace, which the kernel frees when its holder dies. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { atomicWrite } from './atomic-write.ts';
import { forgetLockName, lockName } from './lock-name.ts';
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
  const name = lockName(folder);
  const server = createServer((socket) => socket.destroy());
  const bound = await new Promise<boolean>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? done(false) : fail(error)));
    server.listen(name, () => done(true));
  });
  const written = readOwner(record);
  if (!bound) return { heldBy: written };
  const close = (): Promise<void> => new Promise((done) => server.close(() => done()));
  if (lockName(folder) !== name) {
    // Whoever held it gave it up in between.
    await close();
    return acquireLock(folder, note);
  }
  const owner = ownerOf(process.pid);
  if (owner === undefined) throw new Error('/proc does not show this process');
  if (written && written.pid !== owner.pid && isAlive(written)) {
    await close();
    return { heldBy: written };
  }
  const elsewhere = written && otherHostIn(record);
  if (elsewhere !== undefined) {
    await close();
    return { heldBy: written, elsewhere };
  }
  server.unref();
  sweepHalfWritten(folder);
  atomicWrite(record, `${JSON.stringify({ ...owner, host: hostname(), ...note })}\n`);
  const release = (): Promise<void> => {
    whereWritable(() => forgetLockName(folder));
    return close();
  };
  return { owner, release };
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

/** A boot that is not this one was on this machine where the name is the same; records of earlier versions hold no name. */
function otherHostIn(record: string): string | undefined {
  const { bootId: boot, host } = JSON.parse(readFileSync(record, 'utf8')) as Partial<Owner> & {
    readonly host?: unknown;
  };
  return boot !== bootId() && typeof host === 'string' && host !== hostname() ? host : undefined;
}
