import { digestOf } from '../../base/digest.ts';
import { invariant } from '../../base/invariant.ts';
import type { Component, ComponentId, Edge } from '../../ir/graph.ts';
import {
  ancestorsOf,
  componentAt,
  edgesInto,
  edgesOutOf,
  type GraphIndex,
  idsWithin,
  ownerOf,
} from '../../ir/graph-index.ts';
import type { Scope } from '../../ir/linked.ts';
import type {
  PolicyRequest,
  WireBinding,
  WireComponent,
  WireExport,
  WireImport,
  WireSource,
} from '../../ir/request.ts';
import { namedTemplates } from '../../language/named-templates.ts';
import { bodiesOf } from './share.ts';

/** What an attachment may name: an edge or a scenario export, as one scope sees it. */
export interface Target {
  /** Number in the request; means nothing outside it. */
  readonly id: number;
  readonly edge:
    | { readonly kind: 'edge'; readonly index: number }
    | { readonly kind: 'export'; readonly index: number };
  /** Which ends lie in the scope; decides the place in a chain. */
  readonly side: 'source' | 'common' | 'target';
}

export interface ScopeView extends Shown {
  readonly scope: Scope;
  /** Distance from the root. */
  readonly depth: number;
}

interface Shown {
  readonly targets: ReadonlyMap<number, Target>;
  /** Canonical body; the same bytes for every policy of the scope. */
  readonly body: string;
  /** The same in version 2 of the protocol. */
  readonly sharing: () => string;
  readonly requestDigest: string;
  readonly request: PolicyRequest;
}

/** What is shown is made when it is first asked for: policies can start before it. */
export function viewScope(index: GraphIndex, scope: Scope, nameOfUrl: (url: string) => string): ScopeView {
  let made: Shown | undefined;
  const shown = (): Shown => {
    made ??= showScope(index, scope, nameOfUrl);
    return made;
  };
  return {
    scope,
    depth: ancestorsOf(index.graph.components, scope.component).length - 1,
    get targets() {
      return shown().targets;
    },
    get body() {
      return shown().body;
    },
    sharing: () => shown().sharing(),
    get requestDigest() {
      return shown().requestDigest;
    },
    get request() {
      return shown().request;
    },
  };
}

/**
 * What a scope is shown of the graph: its components, and every edge and export with an end in it, numbered edges first. Manifests
 * have the names that the plan gives them: the same scenario asks the same question, wherever it lies.
 * O(what is shown) a scope, and sorted.
 */
function showScope(index: GraphIndex, scope: Scope, nameOfUrl: (url: string) => string): Shown {
  const { graph } = index;
  const members = idsWithin(graph.components, scope.component);
  const inside = new Set(members);
  const targets = new Map<number, Target>();
  const bindings: WireBinding[] = [];
  const imports: WireImport[] = [];
  const exports: WireExport[] = [];
  let next = 0;
  for (const number of touching(index, members)) {
    const edge = graph.edges[number] as Edge;
    const source = ownerOf(edge.from);
    const fromInside = source !== null && inside.has(source);
    const toInside = inside.has(edge.to.component);
    const id = next++;
    const side = fromInside && toInside ? 'common' : fromInside ? 'source' : 'target';
    targets.set(id, { id, edge: { kind: 'edge', index: number }, side });
    const to = { component: edge.to.component, name: edge.to.slot };
    const capability = edge.capability;
    if (side === 'common') bindings.push({ capability, from: wireSource(edge), id, to });
    else if (side === 'target') imports.push({ capability, id, to });
    else exports.push({ capability, from: wireSource(edge), id });
  }
  for (const [number, item] of graph.exports.entries()) {
    if (!inside.has(item.from.component)) continue;
    const id = next++;
    targets.set(id, { id, edge: { kind: 'export', index: number }, side: 'source' });
    const from = { Component: { component: item.from.component, name: item.from.provide } };
    exports.push({ id, from, capability: item.capability });
  }
  const components = members.map((id) => wireComponent(componentAt(graph.components, id), nameOfUrl));
  const request: PolicyRequest = { scope: { components, bindings, imports, exports } };
  const { plain, sharing } = bodiesOf(request);
  return { targets, body: plain, sharing, requestDigest: digestOf(plain), request };
}

/** Numbers of the edges with an end in one of the components, ascending. */
function touching(index: GraphIndex, members: readonly ComponentId[]): Iterable<number> {
  // The whole scenario is shown all of them.
  if (members.length === index.graph.components.length) return index.graph.edges.keys();
  const found = members.flatMap((id) => [...edgesInto(index, id), ...edgesOutOf(index, id)]);
  return new Set(found.sort((a, b) => a - b));
}

function wireSource(edge: Edge): WireSource {
  const from = edge.from;
  if (from.kind === 'component') return { Component: { component: from.component, name: from.provide } };
  if (from.kind === 'resource') return { Resource: { component: from.component, name: from.resource } };
  invariant(from.kind === 'framework', 'an external source is never inside a scope');
  return { Framework: { authority: from.authority, capability: from.capability } };
}

const wireComponent = (c: Component, nameOfUrl: (url: string) => string): WireComponent => ({
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
  child_templates: namedTemplates(c.childTemplates, nameOfUrl),
  children: c.children,
});
