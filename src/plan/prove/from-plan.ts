import type { DeploymentPlan, PlanEdge, PlanSource } from '../../ir/plan-schema.ts';
import { type ChainHop, exportInlet, inlet, type Link, type Obligation, outlet } from './obligation.ts';

/** Named as `sourceId` names the source of a graph's edge. */
export function planOutlet(from: PlanSource): string {
  switch (from.kind) {
    case 'component':
      return outlet(from.component, from.provide);
    case 'resource':
      return outlet(from.component, `resources.${from.resource}`);
    case 'framework':
      return outlet(from.authority, `framework.${from.capability}`);
    case 'external':
      return outlet('/', `slots.${from.slot}`);
  }
}

const planInlet = (edge: PlanEdge): string => inlet(edge.to.component, edge.to.slot);

/** Who can reach what in a plan. */
export const linksOfPlan = (plan: Pick<DeploymentPlan, 'edges' | 'exports'>): readonly Link[] => [
  ...plan.edges.map((edge) => ({ from: planOutlet(edge.from), to: planInlet(edge) })),
  ...plan.exports.map((item) => ({
    from: outlet(item.from.component, item.from.provide),
    to: exportInlet(item.name),
  })),
];

/**
 * What a plan promises, for checking what was made of it. A plan carries its chains in its edges: hops of one edge share its id and
 * are numbered from the source. Of a hop that is missing in the plan itself nothing is known here: a plan's digest guards it.
 */
export function obligationsOfPlan(plan: Pick<DeploymentPlan, 'edges' | 'exports'>): readonly Obligation[] {
  const chains = new Map<string, PlanEdge[]>();
  for (const edge of plan.edges) {
    const hops = chains.get(edge.id) ?? [];
    chains.set(edge.id, hops);
    hops.push(edge);
  }
  const exports = new Map(plan.exports.map((item) => [exportInlet(item.name), item]));
  const made: Obligation[] = [];
  for (const [id, unsorted] of chains) {
    const hops = [...unsorted].sort((a, b) => (a.hop ?? 0) - (b.hop ?? 0));
    const first = hops[0] as PlanEdge;
    const item = exports.get(id);
    const end = item ? outlet(item.from.component, item.from.provide) : undefined;
    const chain = hops.flatMap((hop, index): readonly ChainHop[] => {
      const next = hops[index + 1];
      const out = next ? planOutlet(next.from) : end;
      return out === undefined ? [] : [{ interposer: hop.to.component, inlet: planInlet(hop), outlet: out }];
    });
    const last = hops[hops.length - 1] as PlanEdge;
    made.push({ edge: id, source: planOutlet(first.from), target: item ? id : planInlet(last), chain });
  }
  for (const [id, item] of exports) {
    if (chains.has(id)) continue;
    made.push({ edge: id, source: outlet(item.from.component, item.from.provide), target: id, chain: [] });
  }
  return made;
}
