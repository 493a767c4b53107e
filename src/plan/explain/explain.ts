/** Why edges, exports and components of a plan are as they are. Pure; only a plan is read, so that a plan file explains itself. */
import { own } from '../../base/json.ts';
import { sortedBy } from '../../base/order.ts';
import { chainsOf, ownerOf } from '../../ir/graph-index.ts';
import type { ComponentRuntime } from '../../ir/plan-runtime-schema.ts';
import type { DeploymentPlan, PlanComponent, PlanEdge, PlanOrigin, PlanSource } from '../../ir/plan-schema.ts';
import { type Ends, type OrderRule, orderRule } from './order.ts';
import { type ProfileExplanation, profilePart } from './profile.ts';
import { type WorkspaceExplanation, workspacePart } from './workspace.ts';

/** A place in a manifest: by name and pointer always, by line where the text is at hand. */
export interface Place {
  readonly source: string;
  readonly pointer: string;
  /** `file:line:column`, counted from 1. */
  readonly at?: string;
}

export interface PolicyPart {
  readonly policy: string;
  readonly scope: string;
  readonly policyDigest: string;
  readonly requestDigest: string;
  readonly answerDigest: string;
  readonly interposition: number;
  readonly attachment?: number;
  readonly reason?: string;
}

export interface HopExplanation {
  readonly from: string;
  readonly to: string;
  readonly protocol: string | null;
  /** The binding or export, or the list entry that named the policy. */
  readonly written: Place;
  /** When the hop ends in an interposer. */
  readonly interposer?: { readonly moniker: string; readonly digest: string };
  readonly by?: PolicyPart;
  readonly order?: OrderRule;
}

export interface EdgeExplanation {
  readonly kind: 'edge' | 'export';
  readonly id: string;
  readonly provider: string;
  readonly consumer: string;
  readonly capability: { readonly kind: string; readonly profile: string | null };
  readonly weak: boolean;
  readonly written: Place;
  readonly hops: readonly HopExplanation[];
}

export interface ComponentExplanation {
  readonly kind: 'component';
  readonly moniker: string;
  readonly digest: string;
  readonly manifest: string | null;
  readonly written: Place;
  readonly by?: PolicyPart;
  /** Logical edges, with the interposers on the way. */
  readonly takes: readonly Connection[];
  readonly gives: readonly Connection[];
  /** Policies that are shown it, outermost scope first. */
  readonly policies: readonly { readonly scope: string; readonly policy: string }[];
  /** What the settings say of how it runs; absent where they say nothing. */
  readonly runtime?: ComponentRuntime;
  /** What its profile comes to; absent where none is declared. */
  readonly profile?: ProfileExplanation;
  /** Absent where it works on none. */
  readonly workspace?: WorkspaceExplanation;
}

export interface Connection {
  readonly id: string;
  readonly provider: string;
  readonly consumer: string;
  readonly through: readonly string[];
}

export type Explanation = EdgeExplanation | ComponentExplanation;

export type Subject =
  | { readonly edge: string; readonly hop: number | null }
  | { readonly export: string }
  | { readonly component: string };
/** `file:line:column` of what a subject comes from, where it is known. */
export type PlaceOf = (subject: Subject) => string | undefined;

export interface ExplainContext {
  readonly plan: DeploymentPlan;
  readonly placeOf: PlaceOf;
  readonly chains: ReadonlyMap<string, readonly PlanEdge[]>;
  readonly components: ReadonlyMap<string, PlanComponent>;
}

export function prepareExplain(plan: DeploymentPlan, placeOf: PlaceOf): ExplainContext {
  return {
    plan,
    placeOf,
    chains: chainsOf(plan.edges),
    components: new Map(plan.components.map((c) => [c.moniker, c])),
  };
}

export const sourceName = (from: PlanSource): string => {
  switch (from.kind) {
    case 'component':
      return `${from.component}.${from.provide}`;
    case 'resource':
      return `${from.component}.resources.${from.resource}`;
    case 'framework':
      return `${from.authority}.framework.${from.capability}`;
    case 'external':
      return `slots.${from.slot}`;
  }
};

function place(origin: PlanOrigin, at: string | undefined): Place {
  return { source: origin.source, pointer: origin.pointer, ...(at === undefined ? {} : { at }) };
}

function policyPart(origin: PlanOrigin): PolicyPart | undefined {
  if (origin.kind === 'manifest') return undefined;
  const { policy, scope, policyDigest, requestDigest, answerDigest, interposition, attachment, reason } = origin;
  const part = { policy, scope, policyDigest, requestDigest, answerDigest, interposition };
  return { ...part, ...(attachment === undefined ? {} : { attachment }), ...(reason === undefined ? {} : { reason }) };
}

/** Every id that can be asked for, sorted: edges, exports, components. */
export const subjectsOf = ({ plan, chains, components }: ExplainContext): readonly string[] =>
  sortedBy(
    new Set([...chains.keys(), ...plan.exports.map((e) => `exports.${e.name}`), ...components.keys()]),
    (id) => id,
  );

/** By edge id, `exports.NAME`, `NAME` of an export, moniker, or the name of a slot that takes several edges. */
export function explain(ctx: ExplainContext, id: string): readonly Explanation[] {
  const item = ctx.plan.exports.find(({ name }) => name === id || `exports.${name}` === id);
  if (item) return [explainExport(ctx, item)];
  if (ctx.chains.has(id)) return [explainEdge(ctx, id)];
  const component = ctx.components.get(id);
  if (component) return [explainComponent(ctx, component)];
  const several = [...ctx.chains.keys()].filter((edge) => edge.startsWith(`${id}[`));
  return several.map((edge) => explainEdge(ctx, edge));
}

function explainEdge(ctx: ExplainContext, id: string): EdgeExplanation {
  const chain = ctx.chains.get(id) ?? [];
  const [first, last] = [chain[0] as PlanEdge, chain[chain.length - 1] as PlanEdge];
  const ends = { provider: ownerOf(first.from), consumer: last.to.component };
  return {
    kind: 'edge',
    id,
    provider: sourceName(first.from),
    consumer: `${last.to.component}.${last.to.slot}`,
    capability: first.capability,
    weak: first.weak,
    written: place(last.origin, ctx.placeOf({ edge: id, hop: last.hop })),
    hops: hopsOf(ctx, chain, ends),
  };
}

function explainExport(ctx: ExplainContext, item: DeploymentPlan['exports'][number]): EdgeExplanation {
  const id = `exports.${item.name}`;
  const chain = ctx.chains.get(id) ?? [];
  const [first] = chain;
  const end = `${item.from.component}.${item.from.provide}`;
  const written = place(item.origin, ctx.placeOf({ export: item.name }));
  const ends = { provider: first ? ownerOf(first.from) : item.from.component, consumer: null };
  return {
    kind: 'export',
    id,
    provider: first ? sourceName(first.from) : end,
    consumer: id,
    capability: item.capability,
    weak: false,
    written,
    hops: [...hopsOf(ctx, chain, ends), { from: end, to: id, protocol: item.protocol, written }],
  };
}

function hopsOf(ctx: ExplainContext, chain: readonly PlanEdge[], ends: Ends): readonly HopExplanation[] {
  const policies = chain.flatMap(({ origin }) => (origin.kind === 'policy' ? [origin] : []));
  return chain.map((edge, index): HopExplanation => {
    const by = policyPart(edge.origin);
    const hop = {
      from: sourceName(edge.from),
      to: `${edge.to.component}.${edge.to.slot}`,
      protocol: edge.protocol,
      written: place(edge.origin, ctx.placeOf({ edge: edge.id, hop: edge.hop })),
    };
    if (!by) return hop;
    const digest = ctx.components.get(edge.to.component)?.digest ?? '';
    const interposer = { moniker: edge.to.component, digest };
    return { ...hop, interposer, by, order: orderRule(policies, index, ends) };
  });
}

function explainComponent(ctx: ExplainContext, component: PlanComponent): ComponentExplanation {
  const { moniker } = component;
  const by = policyPart(component.origin);
  const all = connectionsOf(ctx);
  const has = (name: string): boolean => name.startsWith(`${moniker}.`);
  const sits = all.filter(({ through }) => through.includes(moniker));
  const around = (scope: string): boolean => scope === '/' || moniker === scope || moniker.startsWith(`${scope}/`);
  const runtime = own(ctx.plan.runtime?.components ?? {}, moniker);
  const profile = component.program === null ? undefined : profilePart(moniker, ctx.plan.runtime);
  const workspace = workspacePart(moniker, ctx.plan);
  return {
    kind: 'component',
    moniker,
    digest: component.digest,
    manifest: component.manifest,
    written: place(component.origin, ctx.placeOf({ component: moniker })),
    ...(by ? { by } : {}),
    takes: by ? sits : all.filter(({ consumer }) => has(consumer)),
    gives: by ? [] : all.filter(({ provider }) => has(provider)),
    // An interposer is shown to nobody: policies see the graph before any rewrite.
    policies: by
      ? []
      : ctx.plan.policies.filter(({ scope }) => around(scope)).map(({ scope, policy }) => ({ scope, policy })),
    ...(runtime ? { runtime } : {}),
    ...(profile ? { profile } : {}),
    ...(workspace ? { workspace } : {}),
  };
}

/** Every logical edge and export, by id. */
export function connectionsOf(ctx: ExplainContext): readonly Connection[] {
  const edges = [...ctx.chains].flatMap(([id, chain]): readonly Connection[] => {
    if (id.startsWith('exports.')) return [];
    const [first, last] = [chain[0] as PlanEdge, chain[chain.length - 1] as PlanEdge];
    const through = chain.slice(0, -1).map((edge) => edge.to.component);
    return [{ id, provider: sourceName(first.from), consumer: `${last.to.component}.${last.to.slot}`, through }];
  });
  const exports = ctx.plan.exports.map((item): Connection => {
    const id = `exports.${item.name}`;
    const chain = ctx.chains.get(id) ?? [];
    const provider = chain[0] ? sourceName(chain[0].from) : `${item.from.component}.${item.from.provide}`;
    return { id, provider, consumer: id, through: chain.map((edge) => edge.to.component) };
  });
  return sortedBy([...edges, ...exports], ({ id }) => id);
}
