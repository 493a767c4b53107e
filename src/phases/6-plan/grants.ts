/** On whose authority a run acts: what the operator has delegated, and whether the scenario can use it. */
import * as D from '../../diagnostics/catalogue/delegation.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import { need } from '../../ir/authority.ts';
import type { PlanGrants } from '../../ir/plan-grants-schema.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { Mention, RuntimeSettings } from '../../ir/runtime-settings.ts';
import type { ReadDelegation } from '../../language/delegation/delegation.ts';
import { gives } from '../../plan/authority/covers.ts';
import { enforcementResource, needsOf } from '../../plan/authority/needs.ts';
import { outsideClass } from '../../plan/authority/network-class.ts';

export interface PlannedDelegations {
  readonly name: string;
  readonly digest: string;
  readonly all: readonly ReadDelegation[];
}

export const planGrants = ({ name, digest, all }: PlannedDelegations): PlanGrants => ({
  delegation: name,
  digest,
  delegations: all.map(({ id, subject, gates, resources, expires }) => ({
    id,
    subject,
    gates: [...gates],
    resources: [...resources],
    ...(expires === undefined ? {} : { expires }),
  })),
});

/** Subjects that the scenario must have. */
export const subjectsIn = (given: PlannedDelegations | undefined): readonly Mention[] =>
  (given?.all ?? []).flatMap(({ subject, subjectAt }) =>
    subject === '*' ? [] : [{ what: 'component' as const, name: subject, at: subjectAt }],
  );

/** Of a plan that is without errors by now. */
export function checkGrants(
  plan: DeploymentPlan,
  given: PlannedDelegations | undefined,
  settings: RuntimeSettings | undefined,
  sink: Sink,
): void {
  for (const { moniker, ...told } of outsideClass(plan)) {
    const at = settings?.components?.[moniker]?.at;
    sink.report(D.networkProfile({ moniker, ...told }, at ? { at } : {}));
  }
  if (!given) return;
  // What only some runs do is wanted by no plan, and may be given all the same.
  const needs = [
    ...needsOf(plan),
    ...plan.components.map(({ moniker }) => need('evidence', moniker, enforcementResource)),
  ];
  const hasVaults = Object.keys(plan.runtime?.vaults ?? {}).length > 0;
  for (const one of given.all) {
    // Which secrets there are is known when their values are asked for.
    const maySecrets = hasVaults && one.gates.includes('artifactAccess');
    if (!maySecrets && !needs.some((need) => gives(one, need)))
      sink.report(D.idleDelegation({ id: one.id }, { at: one.at }));
  }
}
