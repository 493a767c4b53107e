/** Whether a container is what was asked for: read from what the kernel says of a process in it. */
import { readFileSync } from 'node:fs';
import type { Difference } from '../sandbox/judge.ts';

export interface Found {
  readonly noNewPrivileges: boolean;
  readonly filtered: boolean;
  /** Of all its sets that give rights, in hexadecimal. */
  readonly capabilities: string;
}

export function foundIn(status: string): Found {
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  const sets = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map(field);
  return {
    noNewPrivileges: field('NoNewPrivs') === '1',
    filtered: field('Seccomp') === '2',
    capabilities: sets.find((set) => !/^0+$/.test(set)) ?? '0',
  };
}

/** `interfaces` of its network. */
export function differences(found: Found, interfaces: readonly string[]): readonly Difference[] {
  const others = interfaces.filter((name) => name !== 'lo');
  return [
    ...(found.noNewPrivileges ? [] : [{ what: 'no_new_privs', asked: '1', found: '0' }]),
    ...(found.filtered ? [] : [{ what: 'seccomp', asked: 'a filter', found: 'none' }]),
    ...(found.capabilities === '0' ? [] : [{ what: 'capabilities', asked: '0', found: found.capabilities }]),
    ...(others.length === 0 ? [] : [{ what: 'network', asked: 'lo', found: others.join(' ') }]),
  ];
}

/** Undefined where its number is not one of this machine, or it has ended. */
export function statusOf(pid: number, container: string): string | undefined {
  try {
    if (!readFileSync(`/proc/${pid}/cgroup`, 'latin1').includes(container)) return undefined;
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return undefined;
  }
}
