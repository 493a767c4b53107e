import * as D from '../../diagnostics/catalogue/budget.ts';
import type { Place } from '../../diagnostics/define.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { RuntimeSettings } from '../../ir/runtime-settings.ts';
import { type BudgetPlan, budgetsIn } from '../../plan/profiles/budgets.ts';
import { agentOrder, faultText } from '../../plan/profiles/concurrency.ts';

/** What nobody would keep, and what would never start: told where the settings say the budget. */
export function checkBudgets(plan: BudgetPlan, settings: RuntimeSettings | undefined, sink: Sink): void {
  const place = (profile: string, budget: string): Place => {
    const at = settings?.budgets?.find(({ path }) => path === `profiles.${profile}.budget.${budget}`)?.at;
    return at ? { at } : {};
  };
  for (const { profile, budget, gap } of budgetsIn(plan)) {
    if (!gap) continue;
    sink.report(D.budgetUnsupported({ budget, profile, gap }, place(profile, budget)));
  }
  for (const fault of agentOrder(plan).faults) {
    const { profile, limit, enough } = fault;
    const about = { profile, limit, why: faultText(fault), enough };
    sink.report(D.budgetNeverStarts(about, place(profile, 'agentConcurrency')));
  }
}
