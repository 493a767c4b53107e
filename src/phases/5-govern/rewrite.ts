import { digestOf } from '../../base/digest.ts';
import { invariant } from '../../base/invariant.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { compareText, sortedBy } from '../../base/order.ts';
import type { Answer, Interposer, Interposition } from '../../ir/answer.ts';
import type { ConfigSpace } from '../../ir/config.ts';
import type { Component, ComponentId, Edge, Graph, LoweredProgram, Origin, ScenarioExport } from '../../ir/graph.ts';
import { componentAt, monikerOf } from '../../ir/graph-index.ts';
import type { LinkedScenario, PolicyEntry } from '../../ir/linked.ts';
import { composeJsonConfig } from '../../language/config/compose.ts';
import type { ScopeView } from './scope.ts';
import { type ComponentParts, toComponentParts } from './validate/component-parts.ts';

/** A validated answer and who gave it. Applications come in scope order, then list order. */
export interface Application {
  readonly view: ScopeView;
  readonly entry: PolicyEntry;
  readonly listIndex: number;
  readonly answer: Answer;
  readonly answerDigest: string;
}

export interface Rewritten extends LinkedScenario {
  /** Monikers of the interposers of each application. */
  readonly inserted: readonly (readonly string[])[];
}

/** One interposer on one edge. */
interface Link {
  readonly component: ComponentId;
  readonly slot: string;
  readonly provide: string;
  readonly origin: Origin;
  readonly order: readonly [group: number, depth: number, listIndex: number, scope: string];
}

/**
 * Splices the interposers of all answers onto their edges. Pure. Edges keep their order, a spliced edge is replaced in place by
 * its chain, chains of exports are appended. O(components + edges + attachments · log attachments).
 */
export function rewrite(linked: LinkedScenario, applications: readonly Application[]): Rewritten {
  if (applications.every((a) => a.answer.interpositions.length === 0)) {
    return { ...linked, inserted: applications.map(() => []) };
  }
  const insertion = insertAll(linked, applications);
  const { graph, origins } = linked;
  const edges: Edge[] = [];
  const edgeOrigins: Origin[] = [];
  const push = (edge: Edge, origin: Origin): void => {
    edges.push(edge);
    edgeOrigins.push(origin);
  };
  for (const [index, edge] of graph.edges.entries()) {
    const links = ordered(insertion.onEdges.get(index));
    const origin = origins.edges[index];
    invariant(origin, 'every edge has an origin');
    if (links.length === 0) push(edge, origin);
    else for (const hop of chain(edge, links, origin)) push(hop.edge, hop.origin);
  }
  const exports = graph.exports.map((item, index): ScenarioExport => {
    const links = ordered(insertion.onExports.get(index));
    const last = links[links.length - 1];
    if (!last) return item;
    for (const hop of exportChain(item, links)) push(hop.edge, hop.origin);
    return { ...item, from: { component: last.component, provide: last.provide } };
  });
  return {
    graph: { ...graph, components: insertion.components, edges, exports },
    origins: { components: insertion.origins, edges: edgeOrigins, exports: origins.exports },
    spaces: insertion.spaces,
    inserted: insertion.inserted,
  };
}

interface Insertion {
  readonly components: readonly Component[];
  readonly origins: readonly Origin[];
  readonly spaces: readonly ConfigSpace[];
  readonly onEdges: ReadonlyMap<number, readonly Link[]>;
  readonly onExports: ReadonlyMap<number, readonly Link[]>;
  readonly inserted: readonly (readonly string[])[];
}

function insertAll(linked: LinkedScenario, applications: readonly Application[]): Insertion {
  const components = [...linked.graph.components];
  const origins = [...linked.origins.components];
  const spaces = [...linked.spaces];
  const onEdges = new Map<number, Link[]>();
  const onExports = new Map<number, Link[]>();
  const adopted = new Map<ComponentId, ComponentId[]>();
  const names = new Map<ComponentId, Set<string>>();
  const made = new Map<Interposer, Made>();
  const inserted = applications.map((application, applicationIndex) =>
    application.answer.interpositions.map((interposition, index) => {
      const parent = componentAt(linked.graph.components, application.view.scope.component);
      const taken =
        names.get(parent.id) ?? new Set(parent.children.map((id) => monikerOf(linked.graph.components, id)));
      names.set(parent.id, taken);
      const moniker = freeMoniker(parent.moniker, `__overlay_${applicationIndex}_${index}`, taken);
      const id = components.length as ComponentId;
      const origin = originOf(application, interposition, index);
      components.push(toInterposer(id, moniker, parent.id, madeOf(interposition.interposer, made), origin));
      origins.push(origin);
      spaces.push(spaceOf(interposition, linked.spaces[parent.id] as ConfigSpace));
      const siblings = adopted.get(parent.id) ?? [];
      adopted.set(parent.id, siblings);
      siblings.push(id);
      attach(application, interposition, id, origin, onEdges, onExports);
      return moniker;
    }),
  );
  for (const [parent, children] of adopted) {
    const old = components[parent] as Component;
    const all = sortedBy([...old.children, ...children], (id) => (components[id] as Component).moniker);
    components[parent] = { ...old, children: all };
  }
  return { components, origins, spaces, onEdges, onExports, inserted };
}

function freeMoniker(scope: string, name: string, taken: Set<string>): string {
  const wanted = scope === '/' ? `/${name}` : `${scope}/${name}`;
  let moniker = wanted;
  for (let n = 1; taken.has(moniker); n++) moniker = `${wanted}_${n}`;
  taken.add(moniker);
  return moniker;
}

type PolicyOrigin = Extract<Origin, { kind: 'policy' }>;

function originOf(application: Application, interposition: Interposition, index: number): PolicyOrigin {
  const { entry, view, answerDigest } = application;
  return {
    kind: 'policy',
    at: entry.at,
    pointer: entry.pointer,
    scope: view.scope.moniker,
    policyRef: entry.ref,
    policyDigest: entry.digest,
    requestDigest: view.requestDigest,
    answerDigest,
    interposition: index,
    ...(interposition.reason === undefined ? {} : { reason: interposition.reason }),
  };
}

/** What all copies of one interposer have alike. */
interface Made {
  readonly parts: ComponentParts;
  /** Canonical. */
  readonly content: string;
}

function madeOf(interposer: Interposer, known: Map<Interposer, Made>): Made {
  const found = known.get(interposer);
  if (found) return found;
  const parts = toComponentParts(interposer);
  const made = { parts, content: canonicalJson({ ...parts } as unknown as JsonObject) };
  known.set(interposer, made);
  return made;
}

function toInterposer(
  id: ComponentId,
  moniker: string,
  parent: ComponentId,
  { parts, content }: Made,
  origin: PolicyOrigin,
): Component {
  // In the order of canonical JSON.
  const from = {
    answerDigest: origin.answerDigest,
    interposition: origin.interposition,
    policy: origin.policyRef,
    policyDigest: origin.policyDigest,
    requestDigest: origin.requestDigest,
    scope: origin.scope,
  };
  return {
    id,
    moniker,
    parent,
    children: [],
    digest: digestOf(`{"content":${content},"origin":${JSON.stringify(from)}}`),
    url: null,
    config: parts.config,
    configSchema: parts.configSchema,
    program: parts.program === null ? null : ownSlots(parts.program, id),
    slots: parts.slots,
    provides: parts.provides,
    resources: parts.resources,
    exports: {},
    childTemplates: {},
    metadata: parts.metadata,
  };
}

/** Template parts that name a slot carry a component id, which a policy cannot know: they always mean the interposer itself. */
function ownSlots(program: LoweredProgram, id: ComponentId): LoweredProgram {
  const walk = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    const out = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
    return 'scope' in out && ('slot' in out || 'item' in out) ? { ...out, scope: id } : out;
  };
  if ('vm' in program) return { vm: { ...program.vm, mounts: program.vm.mounts.map((m) => walk(m) as JsonObject) } };
  return program.mounts ? { ...program, mounts: program.mounts.map((m) => walk(m) as JsonObject) } : program;
}

const noConfig: ConfigSpace = { value: { kind: 'literal', value: {} }, schema: null };

function spaceOf(item: Interposition, parent: ConfigSpace): ConfigSpace {
  const schema = item.interposer.configSchema;
  if (schema === null) return noConfig;
  return { value: composeJsonConfig({ authored: item.interposer.config ?? undefined, parent, schema }).value, schema };
}

function attach(
  application: Application,
  item: Interposition,
  component: ComponentId,
  origin: PolicyOrigin,
  onEdges: Map<number, Link[]>,
  onExports: Map<number, Link[]>,
): void {
  for (const [index, attachment] of item.attachments.entries()) {
    const target = application.view.targets.get(attachment.target);
    invariant(target, 'a validated attachment names an edge of its request');
    const { depth, scope } = application.view;
    const group = target.side === 'source' ? 0 : target.side === 'common' ? 1 : 2;
    const link: Link = {
      component,
      slot: attachment.interposerSlot,
      provide: attachment.interposerProvide,
      origin: { ...origin, attachment: index },
      order: [group, group === 2 ? depth : -depth, application.listIndex, scope.moniker],
    };
    const into = target.edge.kind === 'edge' ? onEdges : onExports;
    const links = into.get(target.edge.index) ?? [];
    into.set(target.edge.index, links);
    links.push(link);
  }
}

/**
 * From source to consumer: interposers of scopes around the source only, inner first; of scopes around both ends, inner first;
 * of scopes around the consumer only, outer first. Then list order, then the order of insertion (the sort is stable).
 */
function ordered(links: readonly Link[] | undefined): readonly Link[] {
  if (!links) return [];
  if (links.length < 2) return links;
  return [...links].sort(
    (a, b) =>
      a.order[0] - b.order[0] ||
      a.order[1] - b.order[1] ||
      a.order[2] - b.order[2] ||
      compareText(a.order[3], b.order[3]),
  );
}

interface Hop {
  readonly edge: Edge;
  readonly origin: Origin;
}

function chain(edge: Edge, links: readonly Link[], origin: Origin): readonly Hop[] {
  const hops = into(edge, edge.from, links);
  const last = links[links.length - 1] as Link;
  const from = { kind: 'component', component: last.component, provide: last.provide } as const;
  return [...hops, { edge: { ...edge, from, hop: links.length }, origin }];
}

function exportChain(item: ScenarioExport, links: readonly Link[]): readonly Hop[] {
  const base: Edge = {
    from: { kind: 'component', component: item.from.component, provide: item.from.provide },
    to: { component: item.from.component, slot: '' },
    capability: item.capability,
    weak: false,
    id: `exports.${item.name}`,
    hop: null,
  };
  return into(base, base.from, links);
}

/** The hops that end in an interposer. */
function into(edge: Edge, source: Edge['from'], links: readonly Link[]): readonly Hop[] {
  let from = source;
  return links.map((link, hop) => {
    const made: Edge = { ...edge, from, to: { component: link.component, slot: link.slot }, hop };
    from = { kind: 'component', component: link.component, provide: link.provide };
    return { edge: made, origin: link.origin };
  });
}

/** The slot at the end of an edge, as declared by the component it ends in. */
export const slotAt = (graph: Graph, edge: Edge): Component['slots'][string] | undefined =>
  own(graph.components[edge.to.component]?.slots ?? {}, edge.to.slot);
