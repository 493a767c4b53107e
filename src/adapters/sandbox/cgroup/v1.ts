/** Version 1: a hierarchy for each controller. Groups are made below the group of this process, whose limits hold as well. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlGroup, ControlGroups, GroupLimits } from './control-group.ts';
import { numberAfter, pidsIn, put, readNumber, removeGroup, sweepGroups } from './group-files.ts';
import { keepWarm } from './warm.ts';

interface Folders {
  readonly memory: string;
  readonly tasks: string;
  /** Counts the time of processors, and bounds nothing; absent where it is not to be had. */
  readonly cpu?: string;
}

/** The folders of this process's own groups. The kernel makes the files of a group with its folder. */
export function controlGroupsV1(parents: Folders, makeFolder: (path: string) => void = mkdirSync): ControlGroups {
  return {
    version: 1,
    create: (name, limits) => {
      const { memory, tasks, cpu } = parents;
      const folders: Folders = {
        memory: join(memory, name),
        tasks: join(tasks, name),
        ...(cpu === undefined ? {} : { cpu: join(cpu, name) }),
      };
      try {
        for (const folder of new Set(Object.values(folders))) makeFolder(folder);
        setLimits(folders, limits);
      } catch (error) {
        for (const folder of Object.values(folders)) removeGroup(folder);
        throw error;
      }
      return group(folders);
    },
    warm: () => keepWarm(parents.memory),
    sweep: (isStale) => {
      for (const parent of new Set(Object.values(parents))) sweepGroups(parent, isStale);
    },
  };
}

function setLimits({ memory, tasks }: Folders, limits: GroupLimits): void {
  put(memory, 'memory.limit_in_bytes', limits.memoryBytes);
  // Memory and swap together; absent where the kernel does not count swap, and then none of it is limited.
  if (existsSync(join(memory, 'memory.memsw.limit_in_bytes')))
    put(memory, 'memory.memsw.limit_in_bytes', limits.memoryBytes);
  else put(memory, 'memory.swappiness', 0);
  put(tasks, 'pids.max', limits.tasks);
}

const group = ({ memory, tasks, cpu }: Folders): ControlGroup => ({
  version: 1,
  add: (pid) => {
    for (const folder of new Set([memory, tasks, cpu ?? tasks])) put(folder, 'cgroup.procs', pid);
  },
  processes: () => pidsIn(tasks),
  outOfMemory: () => numberAfter(memory, 'memory.oom_control', 'oom_kill') > 0,
  peakBytes: () => readNumber(memory, 'memory.max_usage_in_bytes'),
  heldBytes: () => ['rss', 'shmem', 'swap'].reduce((sum, of) => sum + numberAfter(memory, 'memory.stat', of), 0),
  cpuSeconds: () => (cpu === undefined ? 0 : readNumber(cpu, 'cpuacct.usage') / 1e9),
  remove: () => {
    for (const folder of new Set([memory, tasks, cpu ?? tasks])) removeGroup(folder);
  },
});
