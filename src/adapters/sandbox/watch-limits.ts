/** Limits of a sandbox that headgate itself looks after. Nothing inside takes part. */
import { readFileSync } from 'node:fs';
import type { ControlGroup } from './cgroup/control-group.ts';
import type { SandboxLimits } from './limits.ts';
import { descendants } from './process-tree.ts';

export interface Exceeded {
  readonly what: 'processes' | 'memory';
  readonly value: number;
}

interface Watched {
  /** The first process of the program's pid namespace. */
  readonly init: number;
  /** Null: memory is counted here, page by page. */
  readonly group: ControlGroup | null;
  readonly limits: SandboxLimits;
  readonly over: (exceeded: Exceeded) => void;
}

/** Until it is closed, or something was exceeded. */
export function watchLimits(watched: Watched): {
  readonly close: () => void;
  readonly look: () => Exceeded | undefined;
} {
  const look = (): Exceeded | undefined => exceededBy(watched);
  const timer = setInterval(() => {
    const exceeded = look();
    if (!exceeded) return;
    clearInterval(timer);
    watched.over(exceeded);
  }, watched.limits.watchMs ?? 50);
  timer.unref();
  return { close: () => clearInterval(timer), look };
}

function exceededBy({ init, group, limits }: Watched): Exceeded | undefined {
  const pids = group ? group.processes() : descendants(init);
  if (pids.length > limits.processes) return { what: 'processes', value: pids.length };
  if (group) return group.outOfMemory() ? { what: 'memory', value: limits.totalBytes } : undefined;
  const bytes = pids.reduce((sum, pid) => sum + residentBytes(pid), 0);
  return bytes > limits.totalBytes ? { what: 'memory', value: bytes } : undefined;
}

/** Pages of 4 KiB; 0 when the process is gone. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}
