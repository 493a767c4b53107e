/** Version 2: one hierarchy. A group that has controllers for its children may hold no process itself, so there is one in between. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlGroup, ControlGroups, GroupLimits } from './control-group.ts';
import { numberAfter, pidsIn, put, readNumber, removeGroup, sweepGroups } from './group-files.ts';
import { keepWarm } from './warm.ts';

/** Below `parent`, which has to give its children both controllers; `own` is the group of this process. The kernel makes the files of a group with its folder. */
export function controlGroupsV2(
  parent: string,
  own: string,
  makeFolder: (path: string) => void = mkdirSync,
): ControlGroups {
  return {
    version: 2,
    create: (name, limits) => {
      const folder = join(parent, name);
      makeFolder(folder);
      try {
        setLimits(folder, limits);
      } catch (error) {
        removeGroup(folder);
        throw error;
      }
      return group(folder);
    },
    warm: () => keepWarm(own),
    sweep: (isStale) => sweepGroups(parent, isStale),
  };
}

function setLimits(folder: string, limits: GroupLimits): void {
  put(folder, 'memory.max', limits.memoryBytes);
  // Absent where the kernel has no swap.
  if (existsSync(join(folder, 'memory.swap.max'))) put(folder, 'memory.swap.max', 0);
  // All processes of the group go together: half a sandbox is worth nothing.
  if (existsSync(join(folder, 'memory.oom.group'))) put(folder, 'memory.oom.group', 1);
  put(folder, 'pids.max', limits.tasks);
}

const group = (folder: string): ControlGroup => ({
  version: 2,
  add: (pid) => put(folder, 'cgroup.procs', pid),
  processes: () => pidsIn(folder),
  outOfMemory: () => numberAfter(folder, 'memory.events', 'oom_kill') > 0,
  peakBytes: () => readNumber(folder, 'memory.peak'),
  heldBytes: () =>
    ['anon', 'shmem', 'kernel_stack', 'sock'].reduce((sum, of) => sum + numberAfter(folder, 'memory.stat', of), 0),
  cpuSeconds: () => numberAfter(folder, 'cpu.stat', 'usage_usec') / 1e6,
  remove: () => removeGroup(folder),
});
