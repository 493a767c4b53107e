/**
 * What the sandbox of a program is like, read from outside: the kernel tells it of the process that will become the program, which waits
 * meanwhile.
 */
import { readFileSync, readlinkSync } from 'node:fs';

export interface Inspected {
  /** Namespaces that are not headgate's. */
  readonly apart: readonly string[];
  /** Names of network interfaces. */
  readonly interfaces: readonly string[];
  /** Capabilities that it has or could get, in hexadecimal. */
  readonly capabilities: string;
  readonly noNewPrivileges: boolean;
  /** System calls are filtered. */
  readonly seccomp: boolean;
  /** Mount points that can be written to, sorted. */
  readonly writableMounts: readonly string[];
  /** Processes that it sees, itself included, and places of the system that it could write to: it looked itself. */
  readonly processes: number;
  readonly writable: readonly string[];
}

const namespaces = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'] as const;

/** Throws when the process is gone. */
export function inspect(pid: number, seen: Pick<Inspected, 'processes' | 'writable'>): Inspected {
  const read = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'latin1');
  const status = read('status');
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  const sets = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => BigInt(`0x${field(name) || 'f'}`));
  return {
    apart: namespaces.filter(
      (name) => readlinkSync(`/proc/${pid}/ns/${name}`) !== readlinkSync(`/proc/self/ns/${name}`),
    ),
    interfaces: [...read('net/dev').matchAll(/^\s*([^\s:|]+):/gm)].map((match) => match[1] ?? ''),
    capabilities: sets.reduce((all, set) => all | set).toString(16),
    noNewPrivileges: field('NoNewPrivs') === '1',
    seccomp: field('Seccomp') === '2',
    writableMounts: writableMounts(read('mountinfo')),
    ...seen,
  };
}

/** What is mounted over is not seen, and mounts of a later line lie over those before at the same place. */
export function writableMounts(mountinfo: string): readonly string[] {
  const at = new Map<string, boolean>();
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , , point, options] = before.split(' ');
    if (point === undefined || options === undefined) continue;
    for (const hidden of at.keys()) if (hidden.startsWith(point === '/' ? '/' : `${point}/`)) at.delete(hidden);
    const superOptions = after.split(' ')[2] ?? '';
    at.set(point, options.split(',').includes('rw') && superOptions.split(',').includes('rw'));
  }
  return [...at].flatMap(([point, writable]) => (writable ? [point] : [])).sort();
}
