import { invariant } from '../../base/invariant.ts';
import { sourceId } from '../../ir/edge-id.ts';
import type { ComponentId, Graph } from '../../ir/graph.ts';
import { ancestorsOf, componentAt, monikerOf, ownerOf } from '../../ir/graph-index.ts';
import { type ChainHop, exportInlet, inlet, type Obligation, outlet } from './obligation.ts';

/** One answer, as it was applied. */
export interface AppliedAnswer {
  readonly scope: ComponentId;
  /** Place in the list of the scope. */
  readonly listIndex: number;
  readonly interpositions: readonly {
    /** Moniker of what was inserted. */
    readonly interposer: string;
    readonly attachments: readonly AppliedAttachment[];
  }[];
}

export interface AppliedAttachment {
  /** By index of the unrewritten graph. */
  readonly on: { readonly kind: 'edge' | 'export'; readonly index: number };
  readonly slot: string;
  readonly provide: string;
}

/** Interposers on one edge, by the scope that put them there. */
type Hits = Map<ComponentId, { readonly listIndex: number; readonly hop: ChainHop }[]>;

/**
 * The obligations of the unrewritten graph. Nothing here comes from the rewrite but the names of what it inserted: the order of a
 * chain is found by walking from the source out of its scopes and into those of the consumer.
 * O(components + edges + attachments · depth).
 */
export function obligationsOfAnswers(graph: Graph, applied: readonly AppliedAnswer[]): readonly Obligation[] {
  const onEdges = new Map<number, Hits>();
  const onExports = new Map<number, Hits>();
  for (const { scope, listIndex, interpositions } of applied) {
    for (const { interposer, attachments } of interpositions) {
      for (const { on, slot, provide } of attachments) {
        const all = on.kind === 'edge' ? onEdges : onExports;
        const hits: Hits = all.get(on.index) ?? new Map();
        all.set(on.index, hits);
        const here = hits.get(scope) ?? [];
        hits.set(scope, here);
        const hop = { interposer, inlet: inlet(interposer, slot), outlet: outlet(interposer, provide) };
        here.push({ listIndex, hop });
      }
    }
  }
  const moniker = (id: ComponentId): string => monikerOf(graph.components, id);
  const edges = graph.edges.map((edge, index): Obligation => {
    const ends = [ownerOf(edge.from), edge.to.component] as const;
    return {
      edge: edge.id,
      source: sourceId(graph.components, edge.from),
      target: inlet(moniker(edge.to.component), edge.to.slot),
      chain: chainOf(graph, onEdges.get(index), ends, edge.id),
    };
  });
  const exports = graph.exports.map((item, index): Obligation => {
    const ends = [item.from.component, null] as const;
    return {
      edge: exportInlet(item.name),
      source: outlet(moniker(item.from.component), item.from.provide),
      target: exportInlet(item.name),
      chain: chainOf(graph, onExports.get(index), ends, exportInlet(item.name)),
    };
  });
  return [...edges, ...exports];
}

/** Owner of the source, and consumer. */
type Ends = readonly [source: ComponentId | null, target: ComponentId | null];

/**
 * What an edge passes on its way: around the source alone, inner first; around both ends, inner first; around the consumer alone,
 * outer first. An export stays with its source. The rewrite sorts by side and depth instead, and shares nothing of this on purpose: a
 * fault in one of the two orders is found by the other.
 */
function scopesBetween(graph: Graph, [source, target]: Ends): readonly ComponentId[] {
  const around = (id: ComponentId | null): readonly ComponentId[] =>
    id === null ? [] : ancestorsOf(graph.components, id).map((component) => component.id);
  const sources = around(source);
  const targets = around(target);
  const inSources = new Set(sources);
  const inTargets = new Set(targets);
  return [
    ...sources.filter((id) => !inTargets.has(id)),
    ...sources.filter((id) => inTargets.has(id)),
    ...targets.filter((id) => !inSources.has(id)).reverse(),
  ];
}

function chainOf(graph: Graph, hits: Hits | undefined, ends: Ends, edge: string): readonly ChainHop[] {
  if (!hits) return [];
  const [only] = hits;
  // Most edges are met by one scope, which has nothing to be ordered with.
  const isAlone = hits.size === 1 && only !== undefined && ends.some((end) => isWithin(graph, end, only[0]));
  const scopes = isAlone ? [only[0]] : scopesBetween(graph, ends);
  const chain: ChainHop[] = [];
  let all = 0;
  for (const here of hits.values()) all += here.length;
  for (const scope of scopes) {
    const here = hits.get(scope);
    if (here) for (const { hop } of here.sort((a, b) => a.listIndex - b.listIndex)) chain.push(hop);
  }
  invariant(chain.length === all, `every attachment to ${edge} is of a scope that the edge touches`);
  return chain;
}

function isWithin(graph: Graph, id: ComponentId | null, scope: ComponentId): boolean {
  for (let at = id; at !== null; at = componentAt(graph.components, at).parent) if (at === scope) return true;
  return false;
}
