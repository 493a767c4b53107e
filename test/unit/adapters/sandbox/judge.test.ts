/** A sandbox is used only when it is the one that was asked for. */
import { describe, expect, it } from 'vitest';
import type { Inspected } from '../../../../src/adapters/sandbox/inspect.ts';
import { differences } from '../../../../src/adapters/sandbox/judge.ts';

const right: Inspected = {
  apart: ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'],
  interfaces: ['lo'],
  capabilities: '0',
  noNewPrivileges: true,
  seccomp: true,
  writableMounts: ['/tmp'],
  processes: 2,
  writable: [],
};
const asked = { writable: new Set(['/tmp', '/run']) };

it('nothing differs where nothing does', () => {
  expect(differences(right, asked)).toEqual([]);
  // A group of its own is a matter of the machine.
  expect(differences({ ...right, apart: right.apart.filter((name) => name !== 'cgroup') }, asked)).toEqual([]);
});

describe('what differs is named:', () => {
  it.each<[string, Partial<Inspected>]>([
    ['namespaces', { apart: ['ipc', 'mnt', 'pid', 'user', 'uts'] }],
    ['namespaces', { apart: ['ipc', 'mnt', 'net', 'user', 'uts'] }],
    ['network', { interfaces: ['lo', 'eth0'] }],
    ['network', { interfaces: [] }],
    ['capabilities', { capabilities: '200000' }],
    ['no_new_privs', { noNewPrivileges: false }],
    ['system calls', { seccomp: false }],
    ['processes', { processes: 3 }],
    ['writable', { writableMounts: ['/tmp', '/usr'] }],
    ['writable', { writable: ['/proc/sys/kernel/core_pattern'] }],
  ])('%s', (what, found) => {
    expect(differences({ ...right, ...found }, asked).map((row) => row.what)).toEqual([what]);
  });

  it('all of it at once', () => {
    const rows = differences({ ...right, apart: [], capabilities: '1', seccomp: false }, asked);
    expect(rows).toEqual([
      {
        what: 'namespaces',
        asked: 'none shared with the machine',
        found: 'shared: ipc, mnt, net, pid, user, uts',
      },
      { what: 'capabilities', asked: 'none', found: '1' },
      { what: 'system calls', asked: 'filtered', found: 'not filtered' },
    ]);
  });
});
