/** What is written into a control group of version 2, in a folder with the files that the kernel would have made. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { controlGroupsV2 } from '../../../../../src/adapters/sandbox/cgroup/v2.ts';

let names: readonly string[] = [];
/** Makes the files of a group with its folder, as the kernel does. */
const makeFolder = (path: string): void => {
  mkdirSync(path);
  for (const name of names) writeFileSync(join(path, name), '');
};

const all = [
  'cgroup.procs',
  'memory.max',
  'memory.swap.max',
  'memory.oom.group',
  'memory.events',
  'memory.peak',
  'pids.max',
];
let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'groups-'));
});
afterEach(() => {
  names = [];
  rmSync(parent, { recursive: true });
});
const read = (name: string): string => readFileSync(join(parent, 'g', name), 'utf8');
const limits = { memoryBytes: 1_048_576, tasks: 7 };

it('limits are set, swap is none, and all processes go together', () => {
  names = all;
  controlGroupsV2(parent, parent, makeFolder).create('g', limits);
  expect(
    Object.fromEntries(['memory.max', 'memory.swap.max', 'memory.oom.group', 'pids.max'].map((n) => [n, read(n)])),
  ).toEqual({
    'memory.max': '1048576',
    'memory.swap.max': '0',
    'memory.oom.group': '1',
    'pids.max': '7',
  });
});

it('a kernel without swap, and one that cannot kill a group, are good enough', () => {
  names = all.filter((name) => !['memory.swap.max', 'memory.oom.group'].includes(name));
  controlGroupsV2(parent, parent, makeFolder).create('g', limits);
  expect(readdirSync(join(parent, 'g')).sort()).toEqual([...names].sort());
});

it('a controller that is missing is an error', () => {
  names = all.filter((name) => name !== 'pids.max');
  expect(() => controlGroupsV2(parent, parent, makeFolder).create('g', limits)).toThrow(/pids\.max/);
});

it('nothing is left of a group whose limits cannot be set', () => {
  expect(() => controlGroupsV2(parent, parent, makeFolder).create('g', limits)).toThrow();
  expect(readdirSync(parent)).toEqual([]);
});

it('processes, peak and want of memory are read', () => {
  names = all;
  const group = controlGroupsV2(parent, parent, makeFolder).create('g', limits);
  expect([group.processes(), group.outOfMemory(), group.peakBytes()]).toEqual([[], false, 0]);
  group.add(41);
  expect(read('cgroup.procs')).toBe('41');
  writeFileSync(join(parent, 'g', 'cgroup.procs'), '41\n42\n');
  writeFileSync(join(parent, 'g', 'memory.events'), 'low 0\noom 3\noom_kill 0\noom_group_kill 0\n');
  writeFileSync(join(parent, 'g', 'memory.peak'), '4096\n');
  expect([group.processes(), group.outOfMemory(), group.peakBytes()]).toEqual([[41, 42], false, 4096]);
  writeFileSync(join(parent, 'g', 'memory.events'), 'oom 3\noom_kill 1\n');
  expect(group.outOfMemory()).toBe(true);
});

it('a sweep removes empty groups of the names it is told of, and no other', () => {
  for (const name of ['old', 'busy', 'other']) mkdirSync(join(parent, name));
  writeFileSync(join(parent, 'busy', 'x'), '');
  controlGroupsV2(parent, parent, makeFolder).sweep((name) => name !== 'other');
  expect(readdirSync(parent).sort()).toEqual(['busy', 'other']);
});
