import type { DeploymentPlan, PlanComponent } from '../../ir/plan-schema.ts';

/** Name of the manifest that a component's program stands beside: of an interposer, which has none, that of the policy that proposed it. */
export function programSource(
  { manifest, origin }: Pick<PlanComponent, 'manifest' | 'origin'>,
  { policies }: Pick<DeploymentPlan, 'policies'>,
): string | null {
  if (manifest !== null || origin.kind !== 'policy') return manifest;
  return policies.find(({ scope, policy }) => scope === origin.scope && policy === origin.policy)?.manifest ?? null;
}
