/** Labels by which a component, an edge, a policy and a plan are found again in what runs. */
import type { DeploymentPlan, PlanComponent } from '../../../../ir/plan-schema.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { escaped } from './values.ts';

/** The digest as the plan has it, cut: what is deployed is told from another plan, and found by its beginning. */
export const planLabel = ({ planDigest }: DeploymentPlan): YamlObject => ({
  'headgate.dev/plan': planDigest.slice(0, 'sha256:'.length + 12),
});

export const componentLabels = (moniker: string, plan: DeploymentPlan): YamlObject => ({
  'headgate.dev/moniker': escaped(moniker),
  ...planLabel(plan),
});

export function labelsOf({ moniker, origin }: PlanComponent, plan: DeploymentPlan): YamlObject {
  if (origin.kind !== 'policy') return componentLabels(moniker, plan);
  const edges = origin.edges ?? [];
  return {
    ...componentLabels(moniker, plan),
    'headgate.dev/policy': escaped(origin.policy),
    ...(edges.length === 0 ? {} : { 'headgate.dev/edge': escaped(edges.join(' ')) }),
  };
}
