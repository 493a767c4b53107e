/**
 * Lets a program into its sandbox: looks at what waits at the gate, judges it, puts it into its control group, and says what it is to
 * become. Nothing inside has a say in any of it.
 */
import { basename } from 'node:path';
import type { ControlGroup } from './cgroup/control-group.ts';
import { enterGroup } from './cgroup/enter.ts';
import { lookedIn } from './gate.ts';
import { type Inspected, inspect } from './inspect.ts';
import { type Difference, differences } from './judge.ts';
import { type MemoryFolders, openMemoryFolders } from './memory-folders.ts';
import { childrenOf, innermostInit, numbersOf } from './process-tree.ts';
import type { Widening } from './seccomp/denied-calls.ts';
import type { SandboxSpec } from './spec.ts';

/** What headgate found of a sandbox before the program was started. */
export interface Measured extends Inspected {
  /** Calls that are refused in every other sandbox; absent where there are none. */
  readonly widened?: readonly Widening[];
  /** Who holds each limit. What is not limited is not there. */
  readonly limits: Readonly<Record<Limit, Holder>> & Partial<Readonly<Record<'cpu' | 'fileSize' | 'cache', Holder>>>;
}

/** `folders`: the size of each that is held in memory; `files`: how many are in one of them; `cpu`: of one process. */
export type Limit = 'memory' | 'processes' | 'folders' | 'files' | 'openFiles';
/** The kernel, or headgate, which counts now and then. */
export type Holder = 'enforced' | 'metered';

export type Admission =
  | {
      readonly measured: Measured;
      readonly init: number;
      readonly group: ControlGroup | null;
      /** Held open until they are closed. */
      readonly folders: MemoryFolders;
    }
  | { readonly differs: readonly Difference[] };

export interface Visitor {
  readonly spec: Pick<SandboxSpec, 'workplace' | 'limits' | 'bubblewrap' | 'cache' | 'widenings'>;
  /** Mount points that it may write to. */
  readonly writable: ReadonlySet<string>;
  /** Those of them that are folders in memory. */
  readonly memory: readonly string[];
  /** The first process of the sandbox, as the host counts. */
  readonly init: number;
  /** The line that the gate wrote. */
  readonly looked: string;
}

/** Throws when what waits is gone. */
export function admit({ spec, writable, memory, init, looked }: Visitor): Admission {
  const seen = lookedIn(looked);
  const own = innermostInit(init, numbersOf(process.pid).length + 1);
  const waiting = own === undefined ? undefined : childrenOf(own)[0];
  if (!seen || own === undefined || waiting === undefined) throw new Error('nothing waits at its gate');
  const inspected = inspect(waiting, seen);
  const differs = differences(inspected, { writable });
  if (differs.length > 0) return { differs };
  const folders = openMemoryFolders(waiting, memory);
  const { path, groups } = spec.workplace;
  const group = groups ? enterGroup(groups, `${basename(path)}.${waiting}`, spec.limits, waiting) : null;
  const widened = spec.widenings?.length ? { widened: [...spec.widenings] } : {};
  return { measured: { ...inspected, ...widened, limits: holders(spec, group !== null) }, init: own, group, folders };
}

function holders({ limits, bubblewrap, cache }: Visitor['spec'], grouped: boolean): Measured['limits'] {
  const heldIf = (enforced: boolean): Holder => (enforced ? 'enforced' : 'metered');
  return {
    memory: heldIf(grouped),
    processes: heldIf(grouped),
    // Without sizes they count as memory does.
    folders: heldIf(bubblewrap?.sizes === true || grouped),
    files: 'metered',
    openFiles: 'enforced',
    ...(cache ? { cache: 'metered' } : {}),
    ...(limits.cpuSeconds === null ? {} : { cpu: 'enforced' }),
    ...(limits.fileBytes === null ? {} : { fileSize: 'enforced' }),
  };
}
