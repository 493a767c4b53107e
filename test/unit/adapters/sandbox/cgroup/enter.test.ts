/** A process is put into a group that limits it, or nothing of the group is left. */
import { expect, it, vi } from 'vitest';
import type { ControlGroup, ControlGroups } from '../../../../../src/adapters/sandbox/cgroup/control-group.ts';
import { enterGroup } from '../../../../../src/adapters/sandbox/cgroup/enter.ts';

const refuse = (): never => {
  throw new Error('ENOSPC');
};
function fake(more: Partial<Pick<ControlGroup, 'add'>> = {}) {
  const group: ControlGroup = {
    version: 2,
    add: vi.fn(),
    processes: () => [],
    outOfMemory: () => false,
    heldBytes: () => 0,
    peakBytes: () => 0,
    cpuSeconds: () => 0,
    remove: vi.fn(),
    ...more,
  };
  const groups: ControlGroups = { version: 2, create: vi.fn(() => group), warm: () => () => {}, sweep: () => {} };
  return { group, groups };
}
const limits = { totalBytes: 4096, processes: 3 };

it('it is made with the limits, and the process is in it', () => {
  const { group, groups } = fake();
  expect(enterGroup(groups, 'g', limits, 41)).toBe(group);
  expect(groups.create).toHaveBeenCalledWith('g', { memoryBytes: 4096, tasks: 24 });
  expect(group.add).toHaveBeenCalledWith(41);
  expect(group.remove).not.toHaveBeenCalled();
});

it('one that the process cannot be put into is removed', () => {
  const { group, groups } = fake({ add: refuse });
  expect(enterGroup(groups, 'g', limits, 41)).toBeNull();
  expect(group.remove).toHaveBeenCalledOnce();
});

it('none where the kernel refuses to make it', () => {
  expect(enterGroup({ ...fake().groups, create: refuse }, 'g', limits, 41)).toBeNull();
});
