import { invariant } from '../../base/invariant.ts';
import { own } from '../../base/json.ts';
import * as D from '../../diagnostics/catalogue/govern.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { ComponentId, Edge, EdgeSource, Graph } from '../../ir/graph.ts';
import { edgesInto, indexGraph, monikerOf, strongCircles } from '../../ir/graph-index.ts';
import type { Rewritten } from './rewrite.ts';
import { slotAt } from './rewrite.ts';

/**
 * What must hold of a rewritten graph. A circle is a fault of an answer; everything else was validated before, so its failure
 * would be a bug of the rewrite. O(components + edges).
 */
export function recheck(rewritten: Rewritten, before: Graph, sink: Sink): void {
  checkEnds(rewritten.graph, before);
  const selfEdges = new Set(before.edges.filter(isSelfEdge).map(({ id }) => id));
  if (selfEdges.size > 0) checkSelfEdges(rewritten, selfEdges, sink);
  checkCircles(rewritten, selfEdges, sink);
}

const isSelfEdge = ({ from, to, weak }: Edge): boolean =>
  !weak && from.kind === 'component' && from.component === to.component;

function checkEnds(graph: Graph, before: Graph): void {
  for (const edge of graph.edges) {
    const slot = slotAt(graph, edge);
    invariant(slot, `edge ${edge.id} ends in a slot that exists`);
    invariant(
      slot.kind === edge.capability.kind && slot.profile === edge.capability.profile,
      `edge ${edge.id} keeps its type`,
    );
    invariant(hasSource(graph, edge.from), `edge ${edge.id} starts at something that exists`);
  }
  const index = indexGraph(graph);
  for (const component of graph.components.slice(before.components.length)) {
    const attached = new Map<string, number>();
    for (const number of edgesInto(index, component.id)) {
      const { slot } = (graph.edges[number] as Edge).to;
      attached.set(slot, (attached.get(slot) ?? 0) + 1);
    }
    for (const [name, slot] of Object.entries(component.slots)) {
      const count = attached.get(name) ?? 0;
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
  const moniker = (id: ComponentId): string => monikerOf(graph.components, id);
  const between = new Map<string, ComponentId[]>();
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
  const edges = selfEdges.size === 0 ? graph.edges : graph.edges.filter(({ id }) => !selfEdges.has(id));
  for (const circle of strongCircles(graph.components.length, edges)) {
    const waiting = circle.map(({ to }) => to.component);
    const members = [...waiting.slice(-1), ...waiting];
    const guilty = members.find((id) => origins.components[id]?.kind === 'policy');
    const path = members.map((id) => monikerOf(graph.components, id)).join(' -> ');
    // Linking has refused every circle that was there before.
    invariant(guilty !== undefined, `an interposer stands in the circle ${path}`);
    const interposer = monikerOf(graph.components, guilty);
    sink.report(D.dependencyCycle({ path, interposer }, { at: origins.components[guilty]?.at, label: 'named here' }));
  }
}
