/**
 * Lets a program into its sandbox: looks at what waits at the gate, judges it, puts it into its control group, and says what it is to
 * become. Nothing inside has a say in any of it.
 */
import { basename } from 'node:path';
import type { ControlGroup } from './cgroup/control-group.ts';
import { lookedIn } from './gate.ts';
import { type Inspected, inspect } from './inspect.ts';
import { type Difference, differences } from './judge.ts';
import { mostTasks, type SandboxLimits } from './limits.ts';
import { childrenOf, innermostInit, numbersOf } from './process-tree.ts';
import type { Workplace } from './workplace.ts';

/** What headgate found of a sandbox before the program was started. */
export interface Measured extends Inspected {
  /** Who holds a limit: the kernel, or headgate, which counts now and then. */
  readonly limits: { readonly memory: 'enforced' | 'metered'; readonly processes: 'enforced' | 'metered' };
}

export type Admission =
  | { readonly measured: Measured; readonly init: number; readonly group: ControlGroup | null }
  | { readonly differs: readonly Difference[] };

export interface Visitor {
  readonly workplace: Workplace;
  readonly limits: SandboxLimits;
  /** Mount points that it may write to. */
  readonly writable: ReadonlySet<string>;
  /** The first process of the sandbox, as the host counts. */
  readonly init: number;
  /** The line that the gate wrote. */
  readonly looked: string;
}

/** Throws when what waits is gone. */
export function admit({ workplace, limits, writable, init, looked }: Visitor): Admission {
  const seen = lookedIn(looked);
  const own = innermostInit(init, numbersOf(process.pid).length + 1);
  const waiting = own === undefined ? undefined : childrenOf(own)[0];
  if (!seen || own === undefined || waiting === undefined) throw new Error('nothing waits at its gate');
  const inspected = inspect(waiting, seen);
  const differs = differences(inspected, { writable });
  if (differs.length > 0) return { differs };
  const group = confined(workplace, limits, waiting);
  const memory = group ? 'enforced' : 'metered';
  return { measured: { ...inspected, limits: { memory, processes: memory } }, init: own, group };
}

/** Null where no group can be made: then headgate counts. */
function confined(
  { path, groups }: Pick<Workplace, 'path' | 'groups'>,
  limits: SandboxLimits,
  pid: number,
): ControlGroup | null {
  if (!groups) return null;
  let group: ControlGroup | null = null;
  try {
    group = groups.create(`${basename(path)}.${pid}`, {
      memoryBytes: limits.totalBytes,
      tasks: mostTasks(limits),
    });
    group.add(pid);
    return group;
  } catch {
    // For instance more groups than the machine allows.
    group?.remove();
    return null;
  }
}
