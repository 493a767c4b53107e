import type { BudgetUse } from '../../ir/budget.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { budgetsIn } from '../../plan/profiles/budgets.ts';
import type { RunState } from '../journal/fold.ts';

/** What the plan sets, with what the journal says of it, and what was counted besides. */
export function budgetsOf(plan: DeploymentPlan | undefined, { usage }: Pick<RunState, 'usage'>): readonly BudgetUse[] {
  const used = new Map(usage);
  const planned = (plan ? budgetsIn(plan) : []).map(({ profile, budget, limit, kept }): BudgetUse => {
    const key = `${profile} ${budget}`;
    const told = used.get(key);
    used.delete(key);
    return told ?? { profile, budget, used: 0, limit, kept };
  });
  return [...planned, ...used.values()];
}
