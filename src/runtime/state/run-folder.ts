/** Where runs keep what outlives them. */

import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { atomicWrite, syncFolder } from '../../adapters/files/atomic-write.ts';
import { homeOf } from '../../adapters/files/home.ts';
import { makeFolders } from '../../adapters/files/make-folders.ts';
import { ownerOf, startTimeOf } from '../../adapters/files/owner.ts';

/** `--state-dir`, else `$XDG_STATE_HOME/headgate`, else `~/.local/state/headgate`. */
export function stateDirOf(
  env: Readonly<Record<string, string | undefined>>,
  given: string | undefined,
  cwd: string,
): string {
  if (given !== undefined) return resolve(cwd, given);
  const base = env['XDG_STATE_HOME'];
  // The XDG rules say that a relative path is to be ignored.
  return join(base?.startsWith('/') ? base : join(homeOf(env), '.local', 'state'), 'headgate');
}

export interface RunPaths {
  readonly folder: string;
  readonly plan: string;
  readonly options: string;
  readonly journal: string;
  readonly control: string;
  readonly logs: string;
  /** How tasks ended, as they wrote it down themselves. */
  readonly ends: string;
  /** Ephemeral storage that is not held in memory; gone when the run has ended. */
  readonly scratch: string;
}

export function runPaths(stateDir: string, id: string): RunPaths {
  const folder = join(stateDir, 'runs', id);
  return {
    folder,
    plan: join(folder, 'plan.json'),
    options: join(folder, 'options.json'),
    journal: join(folder, 'journal.ndjson'),
    control: join(folder, 'control.json'),
    logs: join(folder, 'logs'),
    ends: join(folder, 'ends'),
    scratch: join(folder, 'scratch'),
  };
}

/** Evidence of all runs, by its content. */
export const storePath = (stateDir: string): string => join(stateDir, 'store');

/**
 * Made so that the owner alone may read it. One that was there already stays as it is, and is refused where somebody else could put
 * another in its place or write to it. Throws an error with a `syscall`, as the system does.
 */
export function makePrivate(folder: string): void {
  if (linkAt(folder)) throw refused(folder, 'it is a link, and may lead to a folder that is meant for other things');
  makeFolders(folder, 0o700);
  const { uid, mode } = lstatSync(folder);
  if (uid !== (process.getuid?.() ?? uid)) throw refused(folder, `it belongs to the user ${uid}`);
  if ((mode & 0o002) !== 0) throw refused(folder, 'everybody may write to it');
}

const linkAt = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;

const refused = (folder: string, reason: string): Error =>
  Object.assign(new Error(`${folder} is not used: ${reason}`), { code: 'ESTATE', syscall: 'stat' });

/** Sorts by the time of its beginning: date, time, milliseconds and a random digit, as in `20300102-030405-678a`. */
export function newRunId(at: Date): string {
  const digits = at.toISOString().replace(/\D/g, '');
  const salt = (randomBytes(1)[0] ?? 0) % 16;
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${digits.slice(14, 17)}${salt.toString(16)}`;
}

/**
 * Makes the folder of a new run with the given files in it, and an empty journal. It appears whole or not at all: a run that can be
 * seen can be resumed.
 */
export function createRun(stateDir: string, at: Date, files: Readonly<Record<string, string>>): string {
  const runs = join(stateDir, 'runs');
  makePrivate(runs);
  const me = ownerOf(process.pid);
  const staging = mkdtempSync(join(runs, `.new-${process.pid}-${me?.startTime ?? 0}-`));
  try {
    for (const [name, text] of Object.entries({ ...files, 'journal.ndjson': '' }))
      atomicWrite(join(staging, name), text);
    for (;;) {
      const id = newRunId(at);
      try {
        renameSync(staging, join(runs, id));
        syncFolder(runs);
        return id;
      } catch (error) {
        // A folder that is not empty is never replaced: another run has the name.
        if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

export const isRunId = (text: string): boolean => /^\d{8}-\d{6}-[0-9a-f]{4}$/.test(text);

/** Takes away what processes left that were killed while they made a run. */
export function sweepStaging(stateDir: string): void {
  const runs = join(stateDir, 'runs');
  if (!existsSync(runs)) return;
  for (const name of readdirSync(runs)) {
    const [, pid, startTime] = /^\.new-(\d+)-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || startTimeOf(Number(pid)) === startTime) continue;
    rmSync(join(runs, name), { recursive: true, force: true });
  }
}

/** The newest first. Throws for a folder that is there and cannot be read. */
export function runIds(stateDir: string): readonly string[] {
  try {
    return readdirSync(join(stateDir, 'runs')).filter(isRunId).sort().reverse();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}
