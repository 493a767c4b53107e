/** Whether a sandbox is the one that was asked for. Nothing is started in one that is not. */
import type { Inspected } from './inspect.ts';

export interface Difference {
  readonly what: string;
  readonly asked: string;
  readonly found: string;
}

export interface Asked {
  /** Mount points that the program may write to. */
  readonly writable: ReadonlySet<string>;
}

const separate = ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'];

/** In the order in which they matter. */
export function differences(found: Inspected, asked: Asked): readonly Difference[] {
  const shared = separate.filter((name) => !found.apart.includes(name));
  const unasked = [...found.writable, ...found.writableMounts.filter((path) => !asked.writable.has(path))];
  const row = (what: string, differs: boolean, wanted: string, is: string): readonly Difference[] =>
    differs ? [{ what, asked: wanted, found: is }] : [];
  return [
    ...row('namespaces', shared.length > 0, 'none shared with the machine', `shared: ${shared.join(', ')}`),
    ...row('network', found.interfaces.join() !== 'lo', 'lo alone', found.interfaces.join(', ') || 'nothing'),
    ...row('capabilities', found.capabilities !== '0', 'none', found.capabilities),
    ...row('no_new_privs', !found.noNewPrivileges, 'set', 'not set'),
    ...row('system calls', !found.seccomp, 'filtered', 'not filtered'),
    ...row('processes', found.processes > 2, 'its own alone', `${found.processes} to be seen`),
    ...row('writable', unasked.length > 0, 'what it was given', unasked.join(', ')),
  ];
}
