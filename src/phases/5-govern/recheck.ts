import { strongCycles } from '../../base/cycles.ts';
import { invariant } from '../../base/invariant.ts';
import { own } from '../../base/json.ts';
import * as D from '../../diagnostics/catalogue/govern.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Edge, EdgeSource, Graph } from '../../ir/graph.ts';
import type { Rewritten } from './rewrite.ts';
import { slotAt } from './rewrite.ts';

/**
 * What must hold of a rewritten graph. A circle is a fault of an answer; everything else was validated before, so its failure
 * would be a bug of the rewrite. O(components + edges).
 */
export function recheck(rewritten: Rewritten, before: Graph, sink: Sink): void {
  checkEnds(rewritten.graph, before);
  const selfEdges = new Set(before.edges.filter(isSelfEdge).map(({ id }) => id));
  checkSelfEdges(rewritten, selfEdges, sink);
  checkCircles(rewritten, selfEdges, sink);
}

const isSelfEdge = ({ from, to, weak }: Edge): boolean =>
  !weak && from.kind === 'component' && from.component === to.component;

function checkEnds(graph: Graph, before: Graph): void {
  const attached = new Map<string, number>();
  for (const edge of graph.edges) {
    const slot = slotAt(graph, edge);
    invariant(slot, `edge ${edge.id} ends in a slot that exists`);
    invariant(
      slot.kind === edge.capability.kind && slot.profile === edge.capability.profile,
      `edge ${edge.id} keeps its type`,
    );
    invariant(hasSource(graph, edge.from), `edge ${edge.id} starts at something that exists`);
    const key = `${edge.to.component} ${edge.to.slot}`;
    attached.set(key, (attached.get(key) ?? 0) + 1);
  }
  for (const component of graph.components.slice(before.components.length)) {
    for (const [name, slot] of Object.entries(component.slots)) {
      const count = attached.get(`${component.id} ${name}`) ?? 0;
      invariant(slot.optional || count > 0, `required slot ${name} of ${component.moniker} is attached`);
      invariant(slot.multiple || count < 2, `slot ${name} of ${component.moniker} takes one connection`);
    }
  }
}

function hasSource(graph: Graph, from: EdgeSource): boolean {
  if (from.kind === 'framework') return graph.components[from.authority] !== undefined;
  const component = graph.components[from.component];
  if (!component) return false;
  if (from.kind === 'component') return own(component.provides, from.provide) !== undefined;
  return from.kind === 'resource'
    ? own(component.resources, from.resource) !== undefined
    : own(component.slots, from.slot) !== undefined;
}

/** A component that is bound to itself waits for every interposer on that edge: its binding made the circle, not the policy. */
function checkSelfEdges({ graph, origins }: Rewritten, selfEdges: ReadonlySet<string>, sink: Sink): void {
  const moniker = (id: number): string => graph.components[id]?.moniker ?? '?';
  const between = new Map<string, number[]>();
  for (const [index, { id, hop, to }] of graph.edges.entries()) {
    if (hop === null || !selfEdges.has(id)) continue;
    const interposers = between.get(id) ?? [];
    between.set(id, interposers);
    // The hops of a chain stand in order; the last one ends in the component.
    if (origins.components[to.component]?.kind === 'policy') {
      interposers.push(to.component);
      continue;
    }
    const names = interposers.map((member) => `\`${moniker(member)}\``);
    const related = interposers.flatMap((member, i) => {
      const origin = origins.components[member];
      return origin ? [{ message: `${names[i]} comes from this policy`, at: origin.at }] : [];
    });
    const args = { component: moniker(to.component), interposers: names.join(' and ') };
    sink.report(D.selfBinding(args, { at: origins.edges[index]?.at, label: 'bound to itself here', related }));
  }
}

function checkCircles({ graph, origins }: Rewritten, selfEdges: ReadonlySet<string>, sink: Sink): void {
  const strong: { edge: Edge; from: number; to: number }[] = [];
  for (const edge of graph.edges) {
    if (edge.weak || edge.from.kind !== 'component' || edge.from.component === edge.to.component) continue;
    if (selfEdges.has(edge.id)) continue;
    strong.push({ edge, from: edge.from.component, to: edge.to.component });
  }
  for (const cycle of strongCycles(graph.components.length, strong)) {
    const hops = cycle.map((index) => strong[index] as (typeof strong)[number]);
    const members = [hops[0]?.from ?? 0, ...hops.map((h) => h.to)];
    const guilty = members.find((id) => origins.components[id]?.kind === 'policy');
    const origin = guilty === undefined ? undefined : origins.components[guilty];
    sink.report(
      D.dependencyCycle(
        {
          path: members.map((id) => graph.components[id]?.moniker ?? '?').join(' -> '),
          interposer: graph.components[guilty ?? 0]?.moniker ?? '?',
        },
        { at: origin?.at, label: 'named here' },
      ),
    );
  }
}
