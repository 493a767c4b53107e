/** What a component may use up: what the settings say of it, what its sandbox allows, and the budget of its profile. */
import type { ComponentRuntime } from '../../ir/plan-runtime-schema.ts';
import type { ProfileOf } from './profile-of.ts';

/** What is not given is what every component may. */
export interface Limits {
  /** Of one process. */
  readonly cpuSeconds?: number;
  /** From each start on. */
  readonly wallSeconds?: number;
  /** Resident, of all processes together. */
  readonly memoryMiB?: number;
  readonly processes?: number;
  /** Of one file, and of each place that it can write to. */
  readonly diskBytes?: number;
}

const MiB = 1024 * 1024;
/** What every component may have of it. */
export const usualMemoryMiB = 4096;

/** The least counts. A sandbox stands in the place of what every component may, and so can be wider than that. */
export function limitsOf(limits: ComponentRuntime['limits'] = {}, found: ProfileOf | undefined): Limits {
  const { sandbox, profile } = found ?? {};
  // How long the run may take as a whole is watched by the run.
  const { cpuGpuComputeSeconds, sandboxMemoryBytes, localDiskBytes } = profile?.budget ?? {};
  const memory = limits.memoryMiB ?? sandbox?.memoryMiB;
  // A budget makes nothing wider.
  const budgeted =
    sandboxMemoryBytes === undefined
      ? undefined
      : Math.min(memory ?? usualMemoryMiB, Math.max(1, Math.floor(sandboxMemoryBytes / MiB)));
  return {
    ...least('cpuSeconds', limits.cpuSeconds, cpuGpuComputeSeconds),
    ...least('wallSeconds', limits.wallSeconds),
    ...least('memoryMiB', limits.memoryMiB, sandbox?.memoryMiB, budgeted),
    ...least('processes', limits.processes, sandbox?.processes),
    ...least('diskBytes', localDiskBytes),
  };
}

function least<K extends keyof Limits>(
  name: K,
  ...values: readonly (number | undefined)[]
): Partial<Record<K, number>> {
  const given = values.flatMap((value) => value ?? []);
  return given.length === 0 ? {} : ({ [name]: Math.min(...given) } as Partial<Record<K, number>>);
}
