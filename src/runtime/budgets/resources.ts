/** Time of processors, memory and disk: looked at while programs run, and once more when they have ended. */

import { own } from '../../base/json.ts';
import type { BudgetName } from '../../ir/budget.ts';
import type { PlanRuntime } from '../../ir/plan-runtime-schema.ts';
import { limitsOf } from '../../plan/profiles/limits.ts';
import { profileOf as wholeProfileOf } from '../../plan/profiles/profile-of.ts';
import type { End, Environment, Spent, Started } from '../../ports/environment.ts';
import type { Clock } from '../clock.ts';
import type { Ledger } from './ledger.ts';

export interface ResourcesOptions {
  readonly ledger: Ledger;
  readonly profileOf: (moniker: string) => string;
  /** Programs by profile. */
  readonly users: ReadonlyMap<string, readonly string[]>;
  readonly runtime: PlanRuntime | undefined;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly over: AbortController;
  /** Whether something has run out; it is told there. */
  readonly look: () => boolean;
}

/** Between two looks. */
const lookMs = 200;
const MiB = 1024 * 1024;
const counted = ['cpuGpuComputeSeconds', 'sandboxMemoryBytes', 'localDiskBytes'] as const;

interface Running {
  readonly moniker: string;
  readonly key: string;
  readonly spent: () => Promise<Spent>;
}

export function createResources(options: ResourcesOptions): { readonly around: (inner: Environment) => Environment } {
  const { ledger, profileOf, clock, over, look } = options;
  const running = new Set<Running>();
  const cpu = new Map<string, number>();
  let starts = 0;
  let isLooking = false;
  const isBudgeted = (moniker: string): boolean =>
    counted.some((budget) => ledger.limitOf(profileOf(moniker), budget) !== undefined);

  const take = async ({ moniker, key, spent }: Running, isOver: boolean): Promise<void> => {
    const { cpuSeconds, memoryBytes, disk, isExact } = await spent();
    const profile = profileOf(moniker);
    const account = <B extends BudgetName>(budget: B) => ({ profile, budget, component: moniker });
    if (ledger.limitOf(profile, 'cpuGpuComputeSeconds') !== undefined) {
      ledger.add(account('cpuGpuComputeSeconds'), Math.max(0, cpuSeconds - (cpu.get(key) ?? 0)));
      cpu.set(key, Math.max(cpuSeconds, cpu.get(key) ?? 0));
    }
    if (ledger.limitOf(profile, 'sandboxMemoryBytes') !== undefined) {
      const isHeld = isExact && (options.users.get(profile) ?? []).length === 1;
      ledger.kept(profile, 'sandboxMemoryBytes', isHeld ? 'enforced' : 'metered');
      ledger.hold(account('sandboxMemoryBytes'), key, isOver ? 0 : memoryBytes);
    }
    if (ledger.limitOf(profile, 'localDiskBytes') !== undefined)
      for (const { place, bytes, isBrief } of disk) {
        ledger.hold(account('localDiskBytes'), place, bytes);
        if (isOver && isBrief) ledger.hold(account('localDiskBytes'), place, 0);
      }
  };
  const lookOn = async (): Promise<void> => {
    isLooking = true;
    try {
      while (running.size > 0) {
        await clock.sleep(lookMs, over.signal);
        for (const one of [...running]) await take(one, false);
        look();
      }
    } catch {
      // The run is over.
    } finally {
      isLooking = false;
    }
  };
  const watched = (moniker: string, started: Started, spent: NonNullable<Started['spent']>): Started => {
    const one: Running = { moniker, key: `${moniker} ${starts++}`, spent };
    running.add(one);
    if (!isLooking) void lookOn();
    return {
      ...started,
      ended: started.ended.then(async (end) => {
        running.delete(one);
        await take(one, true).catch(() => {});
        for (const budget of metBy(end, cpu.get(one.key) ?? 0, moniker, options.runtime))
          ledger.exhaust({ profile: profileOf(moniker), budget, component: moniker });
        look();
        return end;
      }),
    };
  };
  return {
    around: (inner) => ({
      ...inner,
      start: async (moniker, attempt, secrets, on) => {
        const started = await inner.start(moniker, attempt, secrets, on);
        return started.spent && isBudgeted(moniker) ? watched(moniker, started, started.spent) : started;
      },
    }),
  };
}

/** The limit that ended it is that of its profile, and none that is its own and narrower. */
function metBy(
  { limit }: End,
  seconds: number,
  moniker: string,
  runtime: PlanRuntime | undefined,
): readonly BudgetName[] {
  const found = wholeProfileOf(moniker, runtime);
  const budget = found?.profile.budget;
  if (limit === undefined || !budget) return [];
  const { cpuSeconds, memoryMiB, diskBytes } = limitsOf(own(runtime?.components ?? {}, moniker)?.limits, found);
  const { cpuGpuComputeSeconds, sandboxMemoryBytes, localDiskBytes } = budget;
  const is = {
    // Whoever ends itself as if it had met its limit has not used it up; looking sees a little less than the kernel.
    cpu: cpuSeconds !== undefined && cpuSeconds === cpuGpuComputeSeconds && seconds >= cpuSeconds / 2,
    memory: sandboxMemoryBytes !== undefined && memoryMiB === Math.max(1, Math.floor(sandboxMemoryBytes / MiB)),
    disk: localDiskBytes !== undefined && diskBytes === localDiskBytes,
  }[limit];
  const names = { cpu: 'cpuGpuComputeSeconds', memory: 'sandboxMemoryBytes', disk: 'localDiskBytes' } as const;
  return is ? [names[limit]] : [];
}
