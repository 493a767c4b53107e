import { digestOf } from '../../base/digest.ts';
import { invariant } from '../../base/invariant.ts';
import type { JsonValue } from '../../base/json.ts';
import { sortedJson } from '../../base/json.ts';
import type { Component, ComponentId, Edge, EdgeSource, Graph } from '../../ir/graph.ts';
import type { Scope } from '../../ir/linked.ts';
import type {
  PolicyRequest,
  WireBinding,
  WireComponent,
  WireExport,
  WireImport,
  WireSource,
} from '../../ir/request.ts';

/** An edge or a scenario export as one scope sees it. */
export interface Target {
  /** Number in the request; means nothing outside it. */
  readonly id: number;
  readonly edge:
    | { readonly kind: 'edge'; readonly index: number }
    | { readonly kind: 'export'; readonly index: number };
  /** Which ends lie in the scope; decides the place in a chain. */
  readonly side: 'source' | 'common' | 'target';
}

export interface ScopeView {
  readonly scope: Scope;
  /** Distance from the root. */
  readonly depth: number;
  readonly targets: ReadonlyMap<number, Target>;
  /** Canonical body; the same bytes for every policy of the scope. */
  readonly body: string;
  readonly requestDigest: string;
  readonly request: PolicyRequest;
}

/**
 * What a scope is shown of the graph: its components, and every edge and export with an end in it, numbered edges first.
 * O(components + edges) a scope.
 */
export function viewScope(graph: Graph, scope: Scope): ScopeView {
  const inside = membership(graph, scope.component);
  const targets = new Map<number, Target>();
  const bindings: WireBinding[] = [];
  const imports: WireImport[] = [];
  const exports: WireExport[] = [];
  let next = 0;
  for (const [index, edge] of graph.edges.entries()) {
    const source = sourceComponent(edge.from);
    const fromInside = source !== null && inside[source] === true;
    const toInside = inside[edge.to.component] === true;
    if (!fromInside && !toInside) continue;
    const id = next++;
    const side = fromInside && toInside ? 'common' : fromInside ? 'source' : 'target';
    targets.set(id, { id, edge: { kind: 'edge', index }, side });
    const to = { component: edge.to.component, name: edge.to.slot };
    const capability = edge.capability;
    if (side === 'common') bindings.push({ id, from: wireSource(edge), to, capability });
    else if (side === 'target') imports.push({ id, to, capability });
    else exports.push({ id, from: wireSource(edge), capability });
  }
  for (const [index, item] of graph.exports.entries()) {
    if (inside[item.from.component] !== true) continue;
    const id = next++;
    targets.set(id, { id, edge: { kind: 'export', index }, side: 'source' });
    const from = { Component: { component: item.from.component, name: item.from.provide } };
    exports.push({ id, from, capability: item.capability });
  }
  const components = graph.components.filter((c) => inside[c.id] === true).map(wireComponent);
  const request: PolicyRequest = { scope: { components, bindings, imports, exports } };
  const body = sortedJson(request as unknown as JsonValue);
  return { scope, depth: depthOf(graph, scope.component), targets, body, requestDigest: digestOf(body), request };
}

/** Parents have smaller ids than their children, so one pass tells who is inside. */
function membership(graph: Graph, root: ComponentId): readonly boolean[] {
  const inside: boolean[] = [];
  for (const c of graph.components) inside.push(c.id === root || (c.parent !== null && inside[c.parent] === true));
  return inside;
}

function depthOf(graph: Graph, id: ComponentId): number {
  let depth = 0;
  for (let c = graph.components[id]; c && c.parent !== null; c = graph.components[c.parent]) depth++;
  return depth;
}

/** The component that an edge's source belongs to; nobody owns what is outside. */
function sourceComponent(from: EdgeSource): ComponentId | null {
  if (from.kind === 'external') return null;
  return from.kind === 'framework' ? from.authority : from.component;
}

function wireSource(edge: Edge): WireSource {
  const from = edge.from;
  if (from.kind === 'component') return { Component: { component: from.component, name: from.provide } };
  if (from.kind === 'resource') return { Resource: { component: from.component, name: from.resource } };
  invariant(from.kind === 'framework', 'an external source is never inside a scope');
  return { Framework: { authority: from.authority, capability: from.capability } };
}

const wireComponent = (c: Component): WireComponent => ({
  id: c.id,
  parent: c.parent,
  moniker: c.moniker,
  digest: c.digest,
  config: c.config,
  config_schema: c.configSchema,
  program: c.program,
  slots: c.slots,
  provides: c.provides,
  resources: c.resources,
  metadata: c.metadata,
  child_templates: c.childTemplates,
  children: c.children,
});
