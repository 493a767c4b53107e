/**
 * What the sandbox of a program is like, read from outside: the kernel tells it of the process that will become the program, which waits
 * meanwhile.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { mountsIn } from './mountinfo.ts';

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
  const read = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'utf8');
  return {
    apart: namespaces.filter(
      (name) => readlinkSync(`/proc/${pid}/ns/${name}`) !== readlinkSync(`/proc/self/ns/${name}`),
    ),
    interfaces: [...read('net/dev').matchAll(/^\s*([^\s:|]+):/gm)].map((match) => match[1] ?? ''),
    ...rightsIn(read('status')),
    writableMounts: writableMounts(read('mountinfo')),
    ...seen,
  };
}

/** From the text of /proc/PID/status; what is not there is taken for the worse. */
export function rightsIn(status: string): Pick<Inspected, 'capabilities' | 'noNewPrivileges' | 'seccomp'> {
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  const sets = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => BigInt(`0x${field(name) || 'f'}`));
  return {
    capabilities: sets.reduce((all, set) => all | set).toString(16),
    noNewPrivileges: field('NoNewPrivs') === '1',
    seccomp: field('Seccomp') === '2',
  };
}

/** What is mounted over is not seen, and mounts of a later line lie over those before at the same place. */
export function writableMounts(mountinfo: string): readonly string[] {
  const writable = new Map<string, boolean>();
  for (const { at, options, superOptions } of mountsIn(mountinfo)) {
    for (const hidden of writable.keys()) if (hidden.startsWith(at === '/' ? '/' : `${at}/`)) writable.delete(hidden);
    writable.set(at, options.includes('rw') && superOptions.includes('rw'));
  }
  return [...writable].flatMap(([at, is]) => (is ? [at] : [])).sort();
}
