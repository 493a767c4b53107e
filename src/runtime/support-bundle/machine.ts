/** What there is to know of the machine that a bundle is made on: versions, variables by their names, room and limits. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { arch, availableParallelism, freemem, loadavg, platform, release, totalmem } from 'node:os';
import { systemProgram } from '../../adapters/files/system-program.ts';
import type { JsonObject } from '../../base/json.ts';
import { oneLine } from '../../base/one-line.ts';
import { sortedKeys } from '../../base/order.ts';
import { version } from '../../base/version.ts';

/** Name in the bundle → the program, which says its version when it is asked so and does nothing else. */
const programs: Readonly<Record<string, string>> = { bubblewrap: 'bwrap', git: 'git', docker: 'docker' };
const patienceMs = 5_000;

/** `null` for what is not installed. */
export const versions = (): JsonObject => ({
  headgate: version,
  node: process.versions.node,
  kernel: release(),
  platform: platform(),
  architecture: arch(),
  ...Object.fromEntries(Object.entries(programs).map(([name, program]) => [name, versionOf(program)])),
});

function versionOf(name: string): string | null {
  const path = systemProgram(name);
  if (path === undefined) return null;
  const { status, stdout } = spawnSync(path, ['--version'], {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    cwd: '/',
    encoding: 'utf8',
    timeout: patienceMs,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [first = ''] = String(stdout ?? '').split('\n');
  return status === 0 && first !== '' ? oneLine(first, 200) : 'there, and does not say';
}

/** Variables that change what headgate does. */
const relevant =
  /^(?:HEADGATE_.+|AMBER_.+|XDG_.+|LC_.+|(?:HTTPS?|NO|ALL)_PROXY|(?:https?|no|all)_proxy|DOCKER_.+|OTEL_.+|AWS_.+|VAULT_.+|BAO_.+|NODE_.+|GIT_.+|HOME|PATH|SHELL|LANG|TZ|TERM|TMPDIR|CI|NO_COLOR|FORCE_COLOR)$/;
/** Those whose values tell nothing of anybody, in the forms that they usually have. */
const harmless = new Set(['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TERM', 'CI', 'NO_COLOR', 'FORCE_COLOR']);
const harmlessForm = /^[A-Za-z0-9_.:/@+-]{0,40}$/;

/** By name; a value only where it is one of those that tell nothing. */
export const environment = (env: Readonly<Record<string, string | undefined>>): JsonObject => ({
  variables: sortedKeys(env)
    .filter((name) => relevant.test(name) && env[name] !== undefined)
    .map((name) => {
      const value = env[name] as string;
      return { name, ...(harmless.has(name) && harmlessForm.test(value) ? { value } : {}) };
    }),
});

/** `folders`: name → absolute path. `pid` is the headgate of a run that goes on. */
export const resources = (folders: Readonly<Record<string, string>>, pid: number | null): JsonObject => ({
  processors: availableParallelism(),
  memoryBytes: { total: totalmem(), free: freemem() },
  load: loadavg().map((one) => Math.round(one * 100) / 100),
  disks: Object.fromEntries(Object.entries(folders).map(([name, path]) => [name, roomAt(path)])),
  process: pid === null ? null : processOf(pid),
});

function roomAt(path: string): JsonObject | null {
  try {
    const { bsize, blocks, bavail, files, ffree } = statfsSync(path);
    return { totalBytes: bsize * blocks, freeBytes: bsize * bavail, totalFiles: files, freeFiles: ffree };
  } catch {
    return null;
  }
}

function processOf(pid: number): JsonObject {
  const told = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch {
      // It has ended, or belongs to somebody else.
      return null;
    }
  };
  const limits = told(() => readFileSync(`/proc/${pid}/limits`, 'utf8'));
  const most = /^Max open files\s+(\d+)/m.exec(limits ?? '')?.[1];
  const threads = told(() => readFileSync(`/proc/${pid}/status`, 'utf8'));
  const field = (name: string): number | null => {
    const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(threads ?? '')?.[1];
    return found === undefined ? null : Number(found);
  };
  return {
    pid,
    openFiles: told(() => readdirSync(`/proc/${pid}/fd`).length),
    mostOpenFiles: most === undefined ? null : Number(most),
    threads: field('Threads'),
    residentKiB: field('VmRSS'),
  };
}
