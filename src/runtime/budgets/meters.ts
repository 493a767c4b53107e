import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { reportersOf } from '../../plan/profiles/budgets.ts';

/** Interposers that may tell the run what a model was used for. */
export const metersOf = (plan: DeploymentPlan): ReadonlySet<string> => new Set(reportersOf(plan).keys());
