/** The edges of a plan that carry traffic: each a byte stream from one place to one port. */
import type { DeploymentPlan, PlanComponent, PlanSource } from '../../ir/plan-schema.ts';
import { endpointsOf } from './endpoints.ts';

export type EdgeEnd =
  | { readonly kind: 'component'; readonly moniker: string; readonly port: number }
  /** A root slot, which something outside of the scenario stands behind. */
  | { readonly kind: 'external'; readonly slot: string };

export interface WiredEdge {
  /** Unique in the plan: `/a.slot#0`, `exports.name`. */
  readonly key: string;
  /** Of the logical edge in the plan, which the hops of a spliced one share; null for an export. */
  readonly id: string | null;
  readonly from: EdgeEnd;
  readonly to:
    | { readonly kind: 'slot'; readonly moniker: string; readonly slot: string; readonly index: number }
    | { readonly kind: 'export'; readonly name: string };
  /** Of the URL that the program is given. */
  readonly protocol: string;
  readonly weak: boolean;
}

/** One that leads to a slot. */
export interface SlotEdge extends WiredEdge {
  readonly to: Extract<WiredEdge['to'], { readonly kind: 'slot' }>;
}

export const isSlotEdge = (edge: WiredEdge): edge is SlotEdge => edge.to.kind === 'slot';

/** Storage and framework edges carry no traffic and are no part of it. In the order of the plan, exports last. */
export function edgesOf(plan: DeploymentPlan): readonly WiredEdge[] {
  const edges: WiredEdge[] = [];
  const counts = new Map<string, number>();
  const components = new Map(plan.components.map((component) => [component.moniker, component]));
  for (const { id, from, to, protocol, weak } of plan.edges) {
    const slot = `${to.component}.${to.slot}`;
    const index = counts.get(slot) ?? 0;
    counts.set(slot, index + 1);
    const end = endOf(components, from);
    if (!end) continue;
    edges.push({
      key: `${slot}#${index}`,
      id,
      from: end,
      to: { kind: 'slot', moniker: to.component, slot: to.slot, index },
      protocol: protocol ?? 'http',
      weak,
    });
  }
  for (const { name, from, protocol } of plan.exports) {
    const end = endOf(components, { kind: 'component', ...from });
    if (end) {
      const to = { kind: 'export', name } as const;
      edges.push({ key: `exports.${name}`, id: null, from: end, to, protocol: protocol ?? 'http', weak: true });
    }
  }
  return edges;
}

function endOf(components: ReadonlyMap<string, PlanComponent>, from: PlanSource): EdgeEnd | undefined {
  if (from.kind === 'external') return { kind: 'external', slot: from.slot };
  if (from.kind !== 'component') return undefined;
  const component = components.get(from.component);
  const endpoint = component?.provides[from.provide]?.endpoint;
  const port = component && endpointsOf(component).find(({ name }) => name === endpoint)?.port;
  return port === undefined ? undefined : { kind: 'component', moniker: from.component, port };
}
