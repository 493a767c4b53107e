/** What a plan lets be used up, in the eight fields of contracts. */
import { own } from '../../base/json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { type BudgetField, budgetFields } from '../../language/contract/vocabulary.ts';
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
  const each = plan.components
    .filter(({ program }) => program !== null)
    .map(({ moniker }) => budgetOf(moniker, plan.runtime));
  // Of the run as a whole, so that it is the same for one component and for all.
  const wallClockSeconds = wallClockOf(plan)?.seconds ?? noLimit;
  const over = (join: (values: readonly number[]) => number): ContractBudget =>
    budgetOfFields((field) => (field === 'wallClockSeconds' ? wallClockSeconds : join(each.map((one) => one[field]))));
  return {
    execution: over((values) => Math.max(0, ...values)),
    operation: over((values) =>
      Math.min(
        noLimit,
        values.reduce((sum, value) => sum + value, 0),
      ),
    ),
  };
}

const budgetOfFields = (most: (field: BudgetField) => number): ContractBudget =>
  Object.fromEntries(budgetFields.map((field) => [field, most(field)])) as ContractBudget;

/** What is held of one component. A field that nobody holds has no limit, whatever a plan says of it. */
function budgetOf(moniker: string, runtime: DeploymentPlan['runtime']): ContractBudget {
  const found = profileOf(moniker, runtime);
  const { cpuSeconds, memoryMiB, diskBytes } = limitsOf(own(runtime?.components ?? {}, moniker)?.limits, found);
  const usual = found?.profile.sandbox.mode === 'none' ? undefined : usualMemoryMiB;
  const memory = memoryMiB ?? usual;
  const held: Partial<Record<BudgetField, number | undefined>> = {
    cpuGpuComputeSeconds: cpuSeconds,
    sandboxMemoryBytes: memory === undefined ? undefined : memory * MiB,
    localDiskBytes: diskBytes,
  };
  return budgetOfFields((field) => held[field] ?? noLimit);
}
