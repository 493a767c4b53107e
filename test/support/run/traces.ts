/** What a run leaves on the machine: processes, sockets, mounts, listeners. Found by a word that stands in its paths and environment. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly state: string;
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};
const link = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

export function processOf(pid: number): Process | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === '') return undefined;
  const [state = '', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: Number(parent), state, command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() };
}

/** Clock ticks from the boot to the start of a process. */
export function startTimeOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

const pids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

export const allProcesses = (): readonly Process[] => pids().flatMap((pid) => processOf(pid) ?? []);

/** Zombies count: whoever should have waited for them did not, unless the machine's init is slow. */
export function processesOf(marker: string): readonly Process[] {
  return pids()
    .filter((pid) => pid !== process.pid)
    .filter(
      (pid) =>
        ['environ', 'cmdline', 'mountinfo'].some((file) => read(`/proc/${pid}/${file}`).includes(marker)) ||
        link(`/proc/${pid}/cwd`).includes(marker),
    )
    .flatMap((pid) => processOf(pid) ?? [])
    .filter((found) => found.parent !== process.pid || !/vitest/.test(found.command));
}

/** Below a process, itself not included. */
export function descendantsOf(pid: number): readonly Process[] {
  const all = allProcesses();
  const found: Process[] = [];
  for (let level = [pid]; level.length > 0; ) {
    const next = all.filter((one) => level.includes(one.parent));
    found.push(...next);
    level = next.map((one) => one.pid);
  }
  return found;
}

/** TCP ports of this network namespace that somebody listens on. */
export const listeningPorts = (proc = '/proc/net'): readonly number[] =>
  ['tcp', 'tcp6'].flatMap((file) =>
    read(`${proc}/${file}`)
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A')
      .map((fields) => Number.parseInt(fields[1]?.split(':').at(-1) ?? '0', 16)),
  );

/** Unix sockets of this network namespace with a name, as the kernel writes them: `@x` is an abstract one. */
export const unixSockets = (proc = '/proc/net'): readonly string[] =>
  read(`${proc}/unix`)
    .split('\n')
    .slice(1)
    .flatMap((line) => line.trim().split(/\s+/)[7] ?? []);

export const mounts = (): readonly string[] => read('/proc/self/mountinfo').trim().split('\n');

export const networkOf = (pid: number | 'self'): string => link(`/proc/${pid}/ns/net`);
