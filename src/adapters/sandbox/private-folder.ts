/** Folders for sockets and small files: short paths, readable by the owner alone, removed in every way a process can end. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { basename, join } from 'node:path';

export interface PrivateFolder {
  readonly path: string;
  readonly remove: () => void;
}

const live = new Set<string>();
let watching = false;

/** Throws when there is no place for it. */
export const createPrivateFolder = (): PrivateFolder => createIn(bases());

/** One whose files are held in memory, and nowhere else. Throws when there is no place for it. */
export const createMemoryFolder = (): PrivateFolder => createIn([...bases(), memory].filter(isInMemory));

function createIn(places: readonly string[]): PrivateFolder {
  const me = processKey(process.pid) ?? `${process.pid.toString(36)}-0`;
  let fault: unknown;
  for (const base of places) {
    try {
      const path = mkdtempSync(join(base, `hg-${me}-${pidNamespace()}-`));
      // A unix socket's path holds 107 bytes, and a longer one is cut off silently.
      if (Buffer.byteLength(path) > 80) {
        rmSync(path, { recursive: true, force: true });
        continue;
      }
      live.add(path);
      watch();
      return { path, remove: () => remove(path) };
    } catch (error) {
      fault = error;
    }
  }
  throw fault ?? new Error('no folder with a short enough path is writable');
}

export function makeFolder(...parts: readonly string[]): string {
  const path = join(...parts);
  mkdirSync(path, { mode: 0o700 });
  return path;
}

/** Whether a folder, or what was named after one, was made by a process that has ended since. Its name tells pid, start time, pid namespace. */
export function isStale(name: string): boolean {
  const match = /^hg-([0-9a-z]+)-([0-9a-z]+)-([0-9a-z]+)-.{6}(\.\d+)?$/.exec(name);
  // In another pid namespace the same number is another process, which may be alive.
  if (!match || match[3] !== pidNamespace()) return false;
  return processKey(Number.parseInt(match[1] ?? '', 36)) !== `${match[1]}-${match[2]}`;
}

/** Removes what killed processes of this user left behind, and ends sandboxes that they left half made. */
export function sweepStaleFolders(): void {
  for (const base of [...bases(), memory]) {
    for (const name of readdirOrNothing(base)) {
      if (!isStale(name)) continue;
      const path = join(base, name);
      if (!isMine(path)) continue;
      endSandboxesOf(path);
      rmSync(path, { recursive: true, force: true });
    }
  }
}

/**
 * bubblewrap asks to die with its parent only once its user namespace is set up. Killed before that, the parent leaves a process
 * that waits for it for ever and has not yet become anything else.
 */
const endSandboxesOf = (folder: string): void => lookAgain(() => endFound(folder));

/** One that is ended may have made another meanwhile, which is found by looking again: until none is found, or ten times. */
export function lookAgain(end: () => boolean): void {
  for (let round = 0; round < 10 && end(); round++);
}

function endFound(folder: string): boolean {
  let found = false;
  for (const pid of readdirOrNothing('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
      if (args[0] !== nameOfOuter(folder)) continue;
      found = process.kill(Number(pid), 'SIGKILL') || found;
    } catch {
      // Gone, or another user's.
    }
  }
  return found;
}

/** What the first process of a sandbox calls itself: it tells whose it is, and no path. */
export const nameOfOuter = (folder: string): string => `${basename(folder)}/bwrap`;

/** `/tmp` and not `$TMPDIR`: that one may be long. */
function bases(): readonly string[] {
  const run = `/run/user/${process.getuid?.() ?? 0}`;
  return isMine(run) ? [run, '/tmp'] : ['/tmp'];
}

const memory = '/dev/shm';

/** Of file systems: tmpfs and ramfs, see statfs(2). */
const inMemory: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

function isInMemory(path: string): boolean {
  try {
    return inMemory.has(statfsSync(path).type);
  } catch {
    return false;
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 2 });
    live.delete(path);
  } catch {
    // Tried again when this process ends, and swept by the next.
  }
}

function watch(): void {
  if (watching) return;
  watching = true;
  process.on('exit', () => {
    for (const path of live) remove(path);
  });
}

/** Pid and start time in base 36; undefined when there is no such process. */
function processKey(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything; the start time is the 20th field after it.
    const start = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    return `${pid.toString(36)}-${start.toString(36)}`;
  } catch {
    return undefined;
  }
}

function pidNamespace(): string {
  try {
    return Number(/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? 0).toString(36);
  } catch {
    return '0';
  }
}

function isMine(path: string): boolean {
  try {
    const stat = lstatSync(path);
    return stat.isDirectory() && stat.uid === (process.getuid?.() ?? stat.uid);
  } catch {
    return false;
  }
}

function readdirOrNothing(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
