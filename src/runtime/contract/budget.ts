/** What a plan lets be used up, in the eight fields of contracts. */
import { own } from '../../base/json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { type BudgetField, budgetFields } from '../../language/contract/vocabulary.ts';
import { budgetsIn, consumersOf, modelProfile, usersOf } from '../../plan/profiles/budgets.ts';
import { limitsOf, usualMemoryMiB } from '../../plan/profiles/limits.ts';
import { profileOf } from '../../plan/profiles/profile-of.ts';
import { wallClockOf } from '../budgets/watchdog.ts';

export type ContractBudget = Readonly<Record<BudgetField, number>>;

/** A contract needs a whole number, and has no word for what nobody limits: the largest one that every reader of JSON keeps. */
export const noLimit: number = Number.MAX_SAFE_INTEGER;

const MiB = 1024 * 1024;

/** `execution`: what the component may use that may use most. `operation`: what all of them may use together. O(components). */
export function budgetsOf(plan: DeploymentPlan): {
  readonly execution: ContractBudget;
  readonly operation: ContractBudget;
} {
  const kept = new Map(
    budgetsIn(plan).flatMap(({ profile, budget, limit, kept }) =>
      kept === 'unsupported' ? [] : [[`${profile} ${budget}`, limit] as const],
    ),
  );
  const asking = askingModels(plan);
  // Those of a profile share its budget.
  const profiles = [...usersOf(plan)].map(([profile, monikers]) => ({
    limitOf: (field: BudgetField): number => kept.get(`${profile} ${field}`) ?? noLimit,
    asksModels: monikers.some((moniker) => asking.has(moniker)),
    memories: monikers.map((moniker) => memoryOf(moniker, plan.runtime)),
  }));
  const wallClockSeconds = wallClockOf(plan)?.seconds ?? noLimit;
  // Time is of the run as a whole, so that it is the same for one component and for all.
  const fields = (of: (field: BudgetField) => readonly number[], join: (values: readonly number[]) => number) =>
    Object.fromEntries(
      budgetFields.map((field) => [field, field === 'wallClockSeconds' ? wallClockSeconds : join(of(field))]),
    ) as ContractBudget;
  const isMemory = (field: BudgetField): boolean => field === 'sandboxMemoryBytes';
  // Who asks no model uses none up, a meter on the way to one least of all.
  const usersIn = (field: BudgetField): typeof profiles =>
    asking.size > 0 && (field === 'modelCalls' || field === 'tokens')
      ? profiles.filter(({ asksModels }) => asksModels)
      : profiles;
  return {
    execution: fields(
      (field) =>
        usersIn(field).map((one) =>
          Math.min(one.limitOf(field), isMemory(field) ? Math.max(...one.memories) : noLimit),
        ),
      (values) => Math.max(0, ...values),
    ),
    operation: fields(
      (field) =>
        usersIn(field).map((one) => Math.min(one.limitOf(field), isMemory(field) ? sum(one.memories) : noLimit)),
      sum,
    ),
  };
}

/** At the far end of every edge to a model. */
function askingModels({ edges }: Pick<DeploymentPlan, 'edges'>): ReadonlySet<string> {
  const consumers = consumersOf(edges.filter(({ capability }) => capability.profile === modelProfile));
  return new Set(consumers.values());
}

const sum = (values: readonly number[]): number =>
  Math.min(
    noLimit,
    values.reduce((all, value) => all + value, 0),
  );

/** Of the sandbox of one component. */
function memoryOf(moniker: string, runtime: DeploymentPlan['runtime']): number {
  const found = profileOf(moniker, runtime);
  const { memoryMiB } = limitsOf(own(runtime?.components ?? {}, moniker)?.limits, found);
  const usual = found?.profile.sandbox.mode === 'none' ? undefined : usualMemoryMiB;
  const memory = memoryMiB ?? usual;
  return memory === undefined ? noLimit : memory * MiB;
}
