/** What a sandbox takes while it runs. */
import type { ControlGroup } from './cgroup/control-group.ts';
import { readText } from './look.ts';

export interface Spent {
  /** Time of processors since it began. */
  readonly cpuSeconds: number;
  /** Memory that it holds now. */
  readonly memoryBytes: number;
  /** Of that, what its folders hold that lie in memory. */
  readonly folderBytes: number;
  /** The kernel has counted time and memory; else headgate did, by looking. */
  readonly isExact: boolean;
}

export const nothingSpent: Spent = { cpuSeconds: 0, memoryBytes: 0, folderBytes: 0, isExact: false };

interface Looked {
  readonly group: Pick<ControlGroup, 'cpuSeconds' | 'heldBytes'> | null;
  readonly pids: readonly number[];
  /** Without a group. */
  readonly memoryBytes: () => number;
  readonly folderBytes: number;
}

/** `before` is what was found the last time: time that was taken is never given back. */
export function spentNow({ group, pids, memoryBytes, folderBytes }: Looked, before: Spent): Spent {
  const counted = group?.cpuSeconds() ?? 0;
  const seconds = counted > 0 ? counted : cpuSecondsOf(pids);
  return {
    cpuSeconds: Math.max(before.cpuSeconds, seconds),
    memoryBytes: group ? group.heldBytes() : memoryBytes(),
    folderBytes,
    isExact: group !== null && counted > 0,
  };
}

/** What processes took, with their children that have ended and were waited for. */
const cpuSecondsOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + cpuSecondsIn(readText(`/proc/${pid}/stat`)), 0);

/** The kernel shows a hundred ticks a second to programs, whatever it counts with. */
const ticks = 100;

/** From the text of /proc/PID/stat. */
export function cpuSecondsIn(stat: string): number {
  // The name in parentheses may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const spent = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return Number.isFinite(spent) && fields.length > 14 ? spent / ticks : 0;
}
