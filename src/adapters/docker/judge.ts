/** Whether a container is what was asked for: read from what the kernel says of a process in it. */
import { readFileSync, readlinkSync } from 'node:fs';
import { type Inspected, rightsIn } from '../sandbox/inspect.ts';
import type { Difference } from '../sandbox/judge.ts';

export type Found = Pick<Inspected, 'apart' | 'interfaces' | 'capabilities' | 'noNewPrivileges' | 'seccomp'>;

export interface Seen {
  /** Text of /proc/PID/status. */
  readonly status: string;
  /** Name → what /proc/PID/ns/NAME leads to. */
  readonly namespaces: Readonly<Record<string, string>>;
}

/** A root of its own is the engine's affair: one that has none gives its containers no right of it. */
const separate = ['ipc', 'mnt', 'net', 'pid', 'uts'];

/** `interfaces` of its network. */
export function foundIn({ status, namespaces }: Seen, interfaces: readonly string[]): Found {
  const apart = Object.keys(namespaces).filter((name) => namespaces[name] !== linkOf('self', name));
  return { apart: apart.sort(), interfaces, ...rightsIn(status) };
}

/** In the order in which they matter. */
export function differences(found: Found): readonly Difference[] {
  const shared = separate.filter((name) => !found.apart.includes(name));
  const others = found.interfaces.filter((name) => name !== 'lo');
  const row = (what: string, differs: boolean, asked: string, is: string): readonly Difference[] =>
    differs ? [{ what, asked, found: is }] : [];
  return [
    ...row('namespaces', shared.length > 0, 'none shared with the machine', `shared: ${shared.join(', ')}`),
    ...row('network', others.length > 0, 'lo alone', others.join(', ')),
    ...row('capabilities', found.capabilities !== '0', 'none', found.capabilities),
    ...row('no_new_privs', !found.noNewPrivileges, 'set', 'not set'),
    ...row('system calls', !found.seccomp, 'filtered', 'not filtered'),
  ];
}

/** What this process may not read of another's is missing. Undefined where its number is not one of this machine, or it has ended. */
export function seenOf(pid: number, container: string): Partial<Seen> | undefined {
  try {
    if (!readFileSync(`/proc/${pid}/cgroup`, 'latin1').includes(container)) return undefined;
    const links = separate.map((name) => [name, linkOf(pid, name)] as const);
    const known = links.every(([, link]) => link !== undefined);
    return {
      status: readFileSync(`/proc/${pid}/status`, 'latin1'),
      ...(known ? { namespaces: Object.fromEntries(links) as Record<string, string> } : {}),
    };
  } catch {
    return undefined;
  }
}

function linkOf(pid: number | 'self', name: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${name}`);
  } catch {
    return undefined;
  }
}
