/**
 * Interposers that a consumer can leave out by itself: it is bound to the same port a second time, without them. A rule that knows who calls
 * and which port is called cannot tell the two apart.
 */
import * as D from '../../../../diagnostics/catalogue/emit.ts';
import type { DeploymentPlan } from '../../../../ir/plan-schema.ts';
import type { WiredEdge } from '../../../../plan/wiring/edges.ts';
import type { Tell } from './tell.ts';

/** One place on the way of an edge: who stands there, and where it is called. */
interface Stop {
  readonly moniker: string;
  readonly called: string | null;
}

/** O(edges + hops² of the longest chain). */
export function tellBypassable(plan: DeploymentPlan, edges: readonly WiredEdge[], tell: Tell): void {
  const direct = new Map<string, WiredEdge>();
  for (const edge of edges) {
    const { from, to } = edge;
    const way = from.kind === 'component' && to.kind === 'slot' ? wayOf(to.moniker, portAt(from)) : undefined;
    if (way !== undefined && !direct.has(way)) direct.set(way, edge);
  }
  for (const [id, chain] of chainsOf(plan, edges))
    for (const [index, consumer] of chain.entries())
      for (const [place, provider] of chain.slice(index + 2).entries()) {
        const beside = provider.called === null ? undefined : direct.get(wayOf(consumer.moniker, provider.called));
        if (beside?.to.kind !== 'slot') continue;
        const skipped = chain.slice(index + 1, index + 2 + place).map(({ moniker }) => moniker);
        const args = { edge: id, component: consumer.moniker, slot: beside.to.slot, skipped: skipped.join(', ') };
        tell.of(consumer.moniker, (at) => D.bypassableInterposer(args, at));
      }
}

const wayOf = (consumer: string, called: string): string => `${consumer}\0${called}`;
const portAt = ({ moniker, port }: { readonly moniker: string; readonly port: number }): string => `${moniker}:${port}`;

/** Of edges that policies sit on, by id: from the consumer to the provider. */
function chainsOf(plan: DeploymentPlan, edges: readonly WiredEdge[]): ReadonlyMap<string, readonly Stop[]> {
  const spliced = new Set(plan.edges.flatMap(({ id, hop }) => (hop === null ? [] : [id])));
  const hops = new Map<string, WiredEdge[]>();
  for (const edge of edges)
    if (edge.id !== null && spliced.has(edge.id)) hops.set(edge.id, [...(hops.get(edge.id) ?? []), edge]);
  return new Map([...hops].map(([id, of]) => [id, inOrder(of)]));
}

/** Hops are numbered from the provider. */
function inOrder(hops: readonly WiredEdge[]): readonly Stop[] {
  const stops = [...hops].reverse().flatMap(({ from, to }, index): readonly Stop[] => {
    const called: Stop =
      from.kind === 'component'
        ? { moniker: from.moniker, called: portAt(from) }
        : { moniker: `outside, by slot ${from.slot}`, called: null };
    return index === 0 && to.kind === 'slot' ? [{ moniker: to.moniker, called: null }, called] : [called];
  });
  return stops;
}
