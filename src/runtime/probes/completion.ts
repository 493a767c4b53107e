/** What a plan says of when its run is over. */

import { sortedBy } from '../../base/order.ts';
import type { PlanCompletion, PlanProbe } from '../../ir/plan-probe-schema.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';

/** In the order of their names. */
export const probesOf = ({ runtime }: Pick<DeploymentPlan, 'runtime'>): readonly (readonly [string, PlanProbe])[] =>
  sortedBy(Object.entries(runtime?.probes ?? {}), ([name]) => name);

/** Undefined where the run goes on until its components have ended, or somebody ends it. */
export function completionOf(plan: Pick<DeploymentPlan, 'runtime'>): PlanCompletion | undefined {
  const required = requiredProbes(plan);
  const said = plan.runtime?.completion;
  // biome-ignore lint/suspicious/noThenProperty: the plan calls it so, and it is never a function
  return said ?? (required.length > 0 ? { requires: [...required], then: 'stop' } : undefined);
}

/** Names of probes without which a run is not complete, sorted. */
export const requiredProbes = (plan: Pick<DeploymentPlan, 'runtime'>): readonly string[] =>
  plan.runtime?.completion
    ? [...plan.runtime.completion.requires].sort()
    : probesOf(plan).flatMap(([name, { required }]) => (required ? [name] : []));
