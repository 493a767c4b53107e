/** The edges of a plan as the runtime makes them: each a byte stream from one place to one port. */
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { endpointsOf } from './endpoints.ts';

export type EdgeEnd =
  | { readonly kind: 'component'; readonly moniker: string; readonly port: number }
  /** A root slot that the operator gives a URL for. */
  | { readonly kind: 'external'; readonly slot: string };

export interface RunEdge {
  /** Unique in the run: `/a.slot#0`, `exports.name`. */
  readonly key: string;
  readonly from: EdgeEnd;
  readonly to:
    | { readonly kind: 'slot'; readonly moniker: string; readonly slot: string; readonly index: number }
    | { readonly kind: 'export'; readonly name: string };
  /** Of the URL that the program is given. */
  readonly protocol: string;
  readonly weak: boolean;
}

/** Storage and framework edges carry no traffic and are no part of it. In the order of the plan, exports last. */
export function edgesOf(plan: DeploymentPlan): readonly RunEdge[] {
  const edges: RunEdge[] = [];
  const counts = new Map<string, number>();
  for (const { from, to, protocol, weak } of plan.edges) {
    const slot = `${to.component}.${to.slot}`;
    const index = counts.get(slot) ?? 0;
    counts.set(slot, index + 1);
    const end = endOf(plan, from);
    if (!end) continue;
    edges.push({
      key: `${slot}#${index}`,
      from: end,
      to: { kind: 'slot', moniker: to.component, slot: to.slot, index },
      protocol: protocol ?? 'http',
      weak,
    });
  }
  for (const { name, from, protocol } of plan.exports) {
    const end = endOf(plan, { kind: 'component', ...from });
    if (end) {
      const to = { kind: 'export', name } as const;
      edges.push({ key: `exports.${name}`, from: end, to, protocol: protocol ?? 'http', weak: true });
    }
  }
  return edges;
}

function endOf(plan: DeploymentPlan, from: DeploymentPlan['edges'][number]['from']): EdgeEnd | undefined {
  if (from.kind === 'external') return { kind: 'external', slot: from.slot };
  if (from.kind !== 'component') return undefined;
  const component = plan.components.find(({ moniker }) => moniker === from.component);
  const endpoint = component?.provides[from.provide]?.endpoint;
  const port = component && endpointsOf(component).find(({ name }) => name === endpoint)?.port;
  return port === undefined ? undefined : { kind: 'component', moniker: from.component, port };
}
