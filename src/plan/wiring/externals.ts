/** Whether what is given from outside fits the root of the scenario. */
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { WiringProblem } from './problem.ts';

export function externalProblems(plan: DeploymentPlan, given: readonly string[]): readonly WiringProblem[] {
  const used = new Set(plan.externals.map(({ slot }) => slot));
  const known = new Set(given);
  const declared = Object.keys(plan.components.find(({ moniker }) => moniker === '/')?.slots ?? {}).sort();
  return [
    ...plan.externals.flatMap(({ slot, capability, required }): readonly WiringProblem[] => {
      if (!known.has(slot) && !required) return [];
      if (isOpaque(capability.kind)) return [{ kind: 'external-unsupported', slot, capability: capability.kind }];
      return known.has(slot) ? [] : [{ kind: 'external-missing', slot }];
    }),
    ...given
      .filter((slot) => !used.has(slot))
      .map((slot): WiringProblem => ({ kind: 'external-unknown', slot, declared })),
  ];
}

/** No URL leads to it. */
const isOpaque = (kind: string): boolean => kind === 'storage' || kind === 'kvm';
