/** Who does something: a process, told apart from a later one with the same number. */
import { readFileSync } from 'node:fs';

export interface Owner {
  readonly pid: number;
  /** Clock ticks after the boot, from /proc/PID/stat. */
  readonly startTime: string;
  readonly bootId: string;
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

export const bootId = (): string => read('/proc/sys/kernel/random/boot_id')?.trim() ?? '';

/** Undefined for a process that is not there. The name of a program may hold spaces and brackets, so fields count from the last `)`. */
export function startTimeOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** Undefined when the process is gone. */
export function ownerOf(pid: number): Owner | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime, bootId: bootId() };
}

/** The very process is running, on this boot of this machine; a zombie is not. */
export function isAlive(owner: Owner): boolean {
  if (owner.bootId !== bootId() || startTimeOf(owner.pid) !== owner.startTime) return false;
  const stat = read(`/proc/${owner.pid}/stat`);
  return stat !== undefined && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}
