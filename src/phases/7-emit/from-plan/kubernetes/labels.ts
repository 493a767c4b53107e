/** What every object carries: by what it is found again, and which component, edge and policy it belongs to. */
import type { DeploymentPlan, PlanComponent, PlanOrigin } from '../../../../ir/plan-schema.ts';
import { inCommon, type YamlObject } from '../containers/yaml.ts';

/** By it, what is in the cluster and no longer in the plan is found. */
export const managed: YamlObject = inCommon({ 'app.kubernetes.io/managed-by': 'headgate' });
export const componentLabel = 'headgate.dev/component';
/** Pods that may look names up. */
export const dnsLabel = { 'headgate.dev/dns': 'allowed' } as const;

/** The digest as the plan has it, cut. It is on no pod: a pod would be another one with every plan. */
export const planAnnotation = ({ planDigest }: DeploymentPlan): YamlObject => ({
  'headgate.dev/plan': planDigest.slice(0, 'sha256:'.length + 12),
});

export const meta = (name: string, plan: DeploymentPlan, annotations: YamlObject = {}): YamlObject => ({
  name,
  labels: managed,
  annotations: { ...annotations, ...planAnnotation(plan) },
});

export const ofComponent = ({ moniker, origin }: PlanComponent): YamlObject => ({
  'headgate.dev/moniker': moniker,
  ...ofPolicy(origin),
});

/** The policy that put it there, and the edges that it sits on. */
function ofPolicy(origin: PlanOrigin): YamlObject {
  if (origin.kind !== 'policy') return {};
  const edges = origin.edges ?? [];
  return {
    'headgate.dev/policy': origin.policy,
    ...(edges.length === 0 ? {} : { 'headgate.dev/edge': edges.join(' ') }),
  };
}

export const podLabels = (name: string, lookUps: boolean): YamlObject => ({
  ...managed,
  [componentLabel]: name,
  ...(lookUps ? dnsLabel : {}),
});

export const select = (name: string): YamlObject => ({ [componentLabel]: name });
