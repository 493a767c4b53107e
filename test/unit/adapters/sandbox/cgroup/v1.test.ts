/** What is written into control groups of version 1, in folders with the files that the kernel would have made. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { controlGroupsV1 } from '../../../../../src/adapters/sandbox/cgroup/v1.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const files: Readonly<Record<string, readonly string[]>> = {
  memory: [
    'cgroup.procs',
    'memory.limit_in_bytes',
    'memory.memsw.limit_in_bytes',
    'memory.oom_control',
    'memory.max_usage_in_bytes',
  ],
  pids: ['cgroup.procs', 'pids.max'],
};
let parents = { memory: '', tasks: '' };
beforeEach(() => {
  const folder = temp.lay({});
  parents = { memory: join(folder, 'memory'), tasks: join(folder, 'pids') };
  for (const parent of Object.values(parents)) mkdirSync(parent);
});
const kernel =
  (without: readonly string[] = []) =>
  (path: string): void => {
    mkdirSync(path);
    const controller = dirname(path) === parents.memory ? 'memory' : 'pids';
    for (const name of files[controller] ?? []) if (!without.includes(name)) writeFileSync(join(path, name), '');
  };
const read = (parent: string, name: string): string => readFileSync(join(parent, 'g', name), 'utf8');
const limits = { memoryBytes: 1_048_576, tasks: 7 };

it('limits are set in both hierarchies, and memory and swap together are no more than memory', () => {
  controlGroupsV1(parents, kernel()).create('g', limits);
  expect(read(parents.memory, 'memory.limit_in_bytes')).toBe('1048576');
  expect(read(parents.memory, 'memory.memsw.limit_in_bytes')).toBe('1048576');
  expect(read(parents.tasks, 'pids.max')).toBe('7');
});

it('a process is put into both, and want of memory is read', () => {
  const group = controlGroupsV1(parents, kernel()).create('g', limits);
  group.add(41);
  expect([read(parents.memory, 'cgroup.procs'), read(parents.tasks, 'cgroup.procs')]).toEqual(['41', '41']);
  expect([group.processes(), group.outOfMemory(), group.peakBytes()]).toEqual([[41], false, 0]);
  writeFileSync(join(parents.memory, 'g', 'memory.oom_control'), 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n');
  expect(group.outOfMemory()).toBe(true);
});

it.each([
  [
    'the first cannot be made',
    (path: string) => (path.startsWith(parents.memory) ? mkdirSync(`${path}/x`) : mkdirSync(path)),
  ],
  [
    'the second cannot be made',
    (path: string) => (path.startsWith(parents.tasks) ? mkdirSync(`${path}/x`) : mkdirSync(path)),
  ],
  // A folder of the kernel's goes whatever files are in it; here it is empty.
  ['a limit cannot be set', (path: string) => void mkdirSync(path)],
])('nothing is left where %s', (_, makeFolder) => {
  expect(() => controlGroupsV1(parents, makeFolder).create('g', limits)).toThrow();
  expect(Object.values(parents).map((parent) => readdirSync(parent))).toEqual([[], []]);
});

it('both are removed, and what is swept is of names that are known', () => {
  for (const parent of Object.values(parents)) for (const name of ['old', 'other']) mkdirSync(join(parent, name));
  controlGroupsV1(parents).sweep((name) => name === 'old');
  for (const parent of Object.values(parents))
    expect([existsSync(join(parent, 'old')), existsSync(join(parent, 'other'))]).toEqual([false, true]);
});
