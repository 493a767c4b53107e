import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { metersIn } from '../../plan/profiles/budgets.ts';

/** Interposers that may tell the run what a model was used for. */
export const metersOf = (plan: DeploymentPlan): ReadonlySet<string> => metersIn(plan);
