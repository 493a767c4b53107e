/**
 * Walks of a graph that more than one room needs: who owns a source, what a component is called, which edges touch it, what it lies
 * in, and which components wait for each other. Iterative, and O(components + edges) to build. The order of chains is not found
 * here: the rewrite has it in one way, and the proof (plan/prove) in another of its own, so that neither can repeat the other's fault.
 */
import { type Adjacency, groupByNode, itemsOf } from '../base/adjacency.ts';
import { strongCycles } from '../base/cycles.ts';
import { invariant } from '../base/invariant.ts';
import type { Component, ComponentId, Edge, Graph } from './graph.ts';

type Wired = Pick<Graph, 'components' | 'edges'>;

export interface GraphIndex<G extends Wired = Graph> {
  readonly graph: G;
  /** Numbers of edges, by component. */
  readonly into: Adjacency;
  readonly outOf: Adjacency;
}

export function indexGraph<G extends Wired>(graph: G): GraphIndex<G> {
  const { components, edges } = graph;
  return {
    graph,
    into: groupByNode(
      components.length,
      edges.map(({ to }) => to.component),
    ),
    outOf: groupByNode(
      components.length,
      edges.map(({ from }) => ownerOf(from) ?? -1),
    ),
  };
}

/** The numbers of the edges that end in a component, in the order of the graph. */
export const edgesInto = ({ into }: Pick<GraphIndex, 'into'>, id: ComponentId): Int32Array => itemsOf(into, id);

/** The numbers of the edges whose source a component owns, in the order of the graph. */
export const edgesOutOf = ({ outOf }: Pick<GraphIndex, 'outOf'>, id: ComponentId): Int32Array => itemsOf(outOf, id);

/** The source of an edge: components are numbered in a graph, and named in a plan. */
export type Source<Id> =
  | { readonly kind: 'component' | 'resource'; readonly component: Id }
  | { readonly kind: 'framework'; readonly authority: Id }
  | { readonly kind: 'external' };

/** The component that a source belongs to; nobody owns what is outside. */
export function ownerOf<Id>(from: Source<Id>): Id | null {
  if (from.kind === 'external') return null;
  return from.kind === 'framework' ? from.authority : from.component;
}

export function componentAt(components: readonly Component[], id: ComponentId): Component {
  const component = components[id];
  invariant(component, 'an id names a component of its own graph');
  return component;
}

export const monikerOf = (components: readonly Component[], id: ComponentId): string =>
  componentAt(components, id).moniker;

/** The component itself first, the root last. */
export function ancestorsOf(components: readonly Component[], id: ComponentId): readonly Component[] {
  const found: Component[] = [];
  for (let at: ComponentId | null = id; at !== null; ) {
    const component = componentAt(components, at);
    found.push(component);
    at = component.parent;
  }
  return found;
}

/** The component itself and everything below it, in ascending order. */
export function idsWithin(components: readonly Component[], id: ComponentId): readonly ComponentId[] {
  const found: ComponentId[] = [];
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    for (const child of componentAt(components, next).children) open.push(child);
  }
  return found.sort((a, b) => a - b);
}

/**
 * Strong provide → slot edges between different components that form a circle: nobody in it could start first. One circle of each
 * knot, as its edges.
 */
export function strongCircles(count: number, edges: readonly Edge[]): readonly (readonly Edge[])[] {
  const strong: { readonly edge: Edge; readonly from: number; readonly to: number }[] = [];
  for (const edge of edges) {
    const { from, to, weak } = edge;
    if (weak || from.kind !== 'component' || from.component === to.component) continue;
    strong.push({ edge, from: from.component, to: to.component });
  }
  return strongCycles(count, strong).map((cycle) =>
    cycle.flatMap((index) => {
      const found = strong[index];
      return found ? [found.edge] : [];
    }),
  );
}

/** Edges by their id: several are the hops of one edge that policies have interposers on, here from the source on. */
export function chainsOf<E extends { readonly id: string; readonly hop: number | null }>(
  edges: readonly E[],
): ReadonlyMap<string, readonly E[]> {
  const chains = new Map<string, E[]>();
  for (const edge of edges) {
    const chain = chains.get(edge.id);
    if (chain) chain.push(edge);
    else chains.set(edge.id, [edge]);
  }
  for (const chain of chains.values()) if (chain.length > 1) chain.sort((a, b) => (a.hop ?? 0) - (b.hop ?? 0));
  return chains;
}
