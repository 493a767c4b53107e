/** Limits of a sandbox that headgate itself looks after. Nothing of the program takes part. */
import type { ControlGroup } from './cgroup/control-group.ts';
import type { SandboxLimits } from './limits.ts';
import type { MemoryFolders } from './memory-folders.ts';
import { meterMemory } from './metered-memory.ts';
import { namelessBelow } from './nameless-files.ts';
import { descendants } from './process-tree.ts';
import { nothingSpent, type Spent, spentNow } from './spent.ts';

export type Exceeded =
  | { readonly what: 'processes' | 'memory'; readonly value: number }
  /** `at` is a folder that is held in memory. */
  | { readonly what: 'files'; readonly value: number; readonly at: string; readonly most: number };

interface Watched {
  /** The first process of the program's pid namespace. */
  readonly init: number;
  /** Null: memory is counted here. */
  readonly group: ControlGroup | null;
  readonly folders: MemoryFolders;
  readonly limits: SandboxLimits;
  readonly over: (exceeded: Exceeded) => void;
}

export interface LimitsWatch {
  readonly look: () => Exceeded | undefined;
  /** Bytes that System V's means of communication take. */
  readonly tellIpc: (bytes: number) => void;
  /** Bytes of files below a mount point that the program holds open and that have no name any more. */
  readonly namelessBelow: (point: string) => number;
  /** Now; once it is closed, as it was when it was looked at last. */
  readonly spent: () => Spent;
  readonly close: () => void;
}

/** Until it is closed, or something was exceeded. */
export function watchLimits({ init, group, folders, limits, over }: Watched): LimitsWatch {
  const memory = meterMemory(folders);
  const pidsOf = (): readonly number[] => (group ? group.processes() : descendants(init));
  let open = true;
  let spent = nothingSpent;
  const lookAtSpent = (): Spent => {
    if (!open) return spent;
    const pids = pidsOf();
    const memoryBytes = (): number => memory.look(pids, 0);
    spent = spentNow(
      { group, pids: group ? pids : [init, ...pids], memoryBytes, folderBytes: folders.look().bytes },
      spent,
    );
    return spent;
  };
  const look = (): Exceeded | undefined => {
    if (!open) return undefined;
    const pids = pidsOf();
    if (pids.length > limits.processes) return { what: 'processes', value: pids.length };
    const files = folders.look().over;
    if (files) return { what: 'files', value: files.files, at: files.at, most: files.most };
    if (group) return group.outOfMemory() ? { what: 'memory', value: limits.totalBytes } : undefined;
    const bytes = memory.look(pids, limits.totalBytes);
    return bytes > limits.totalBytes ? { what: 'memory', value: bytes } : undefined;
  };
  const timer = setInterval(() => {
    const exceeded = look();
    if (!exceeded) return;
    clearInterval(timer);
    over(exceeded);
  }, limits.watchMs ?? 50);
  timer.unref();
  return {
    look,
    spent: lookAtSpent,
    tellIpc: memory.tellIpc,
    namelessBelow: (point) => (open ? namelessBelow(pidsOf(), point) : 0),
    close: () => {
      if (!open) return;
      open = false;
      clearInterval(timer);
      folders.close();
    },
  };
}
