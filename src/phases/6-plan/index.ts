/**
 * Phase 6, plan. In: the governed graph, the names of its sources, the files of its programs, and what the settings say of running.
 * Out: the deployment plan, sorted, with names instead of numbers and
 * JSON pointers instead of ranges. Pure; the same scenario gives the same bytes whatever the format,
 * layout or place of its files.
 */

import { canonicalJson, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { comparerOf, compareText, sortedBy } from '../../base/order.ts';
import { inCanonicalOrder } from '../../base/quick-json.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Governed } from '../../ir/governed.ts';
import type { Edge, EdgeSource, Origin } from '../../ir/graph.ts';
import { monikerOf } from '../../ir/graph-index.ts';
import type {
  DeploymentPlan,
  PlanComponent,
  PlanEdge,
  PlanOrigin,
  PlanPolicy,
  PlanSource,
} from '../../ir/plan-schema.ts';
import type { NamedFile, RuntimeSettings } from '../../ir/runtime-settings.ts';
import { namedTemplates } from '../../language/named-templates.ts';
import { digestOfPlan } from '../../language/plan-file/write.ts';
import { protocolBehind } from '../../language/program/endpoint-protocol.ts';
import type { ProgramFile } from '../../language/program/program-files.ts';
import type { SourceNames } from '../../language/source-names.ts';
import { checkBudgets } from './budgets.ts';
import { planConfig } from './config.ts';
import { configTemplate } from './config-template.ts';
import { checkGrants, type PlannedDelegations } from './grants.ts';
import { planRuntime } from './runtime.ts';
import { planStorage } from './storage.ts';
import { checkWorkspaces } from './workspaces.ts';

export interface PlanContext {
  readonly runtime: RuntimeSettings | undefined;
  /** Files that manifests start by relative paths. */
  readonly programs: readonly ProgramFile[];
  /** What the operator has delegated; absent where nobody has, or it could not be read. */
  readonly delegations?: PlannedDelegations | undefined;
  readonly sink: Sink;
}

/** Undefined after settings that do not fit the scenario. */
export function makePlan(
  governed: Governed,
  names: SourceNames,
  { runtime, programs, delegations, sink }: PlanContext,
): DeploymentPlan | undefined {
  const running = planRuntime(governed, runtime, delegations, sink);
  if (sink.hasErrors) return undefined;
  const body = {
    schema: 'headgate.plan' as const,
    version: 1 as const,
    scenario: {
      root: names.root.name,
      digest: names.root.digest,
      languageVersions: names.versions,
    },
    sources: planSources(names, programs, runtime?.files ?? [], delegations),
    components: planComponents(governed, names),
    edges: planEdges(governed, names),
    exports: governed.graph.exports.map((item, index) => ({
      name: item.name,
      capability: item.capability,
      protocol: protocolBehind(governed.graph.components, item.from) ?? null,
      from: { component: monikerOf(governed.graph.components, item.from.component), provide: item.from.provide },
      origin: planOrigin(governed.origins.exports[index], names),
    })),
    externals: planExternals(governed),
    config: planConfig(governed),
    storage: planStorage(governed),
    policies: planPolicies(governed, names),
    ...(running === undefined ? {} : { runtime: running }),
  };
  checkWorkspaces(body, runtime, sink);
  checkBudgets(body, runtime, sink);
  if (sink.hasErrors) return undefined;
  const planDigest = digestOfPlan(body as unknown as JsonObject);
  const plan: DeploymentPlan = { ...body, planDigest };
  checkGrants(plan, delegations, runtime, sink);
  if (sink.hasErrors) return undefined;
  return plan;
}

/** Two manifests may start one file, and two probes may read one. */
function planSources(
  names: SourceNames,
  programs: readonly ProgramFile[],
  probed: readonly NamedFile[],
  delegations: PlannedDelegations | undefined,
): DeploymentPlan['sources'] {
  const started = new Map(
    programs.map(({ name, digest }) => [name, { name, digest, kind: 'program' as const }] as const),
  );
  const read = new Map(
    probed.flatMap(({ name, digest }) => (digest ? [[name, { name, digest, kind: 'probe' as const }] as const] : [])),
  );
  const { name, digest } = delegations ?? {};
  const delegated = name === undefined || digest === undefined ? [] : [{ name, digest, kind: 'delegation' as const }];
  const sources = [...names.sources, ...started.values(), ...read.values(), ...delegated];
  return sortedBy(sources, ({ name, kind }) => `${name}\0${kind}`);
}

// Objects of which there are many have their keys in the order of canonical JSON, so that nothing is sorted when they are written.

function planOrigin(origin: Origin | undefined, names: SourceNames, edges?: readonly string[]): PlanOrigin {
  if (!origin) return { kind: 'manifest', pointer: '', source: '' };
  if (origin.kind === 'manifest')
    return { kind: 'manifest', pointer: origin.pointer, source: names.nameOf(origin.at.file) };
  return {
    answerDigest: origin.answerDigest,
    ...(origin.attachment === undefined ? {} : { attachment: origin.attachment }),
    ...(edges === undefined ? {} : { edges: [...edges] }),
    interposition: origin.interposition,
    kind: 'policy',
    pointer: origin.pointer,
    policy: origin.policyRef,
    policyDigest: origin.policyDigest,
    ...(origin.reason === undefined ? {} : { reason: origin.reason }),
    requestDigest: origin.requestDigest,
    scope: origin.scope,
    source: names.nameOf(origin.at.file),
  };
}

/** What components have in common is put in order once, and stays one object. */
function createAlike(): <T>(part: T) => T {
  const known = new Map<unknown, unknown>();
  return (part) => {
    if (typeof part !== 'object' || part === null) return part;
    const found = known.get(part) ?? inCanonicalOrder(part as JsonValue);
    known.set(part, found);
    return found as typeof part;
  };
}

function planComponents(governed: Governed, names: SourceNames): PlanComponent[] {
  const { graph, origins, spaces } = governed;
  const sitsOn = new Map<number, Set<string>>();
  for (const edge of graph.edges) {
    if (edge.hop === null) continue;
    sitsOn.set(edge.to.component, (sitsOn.get(edge.to.component) ?? new Set()).add(edge.id));
  }
  const alike = createAlike();
  const made = graph.components.map((c): PlanComponent => {
    const origin = origins.components[c.id];
    const edges = origin?.kind === 'policy' ? [...(sitsOn.get(c.id) ?? [])].sort(compareText) : undefined;
    return {
      childTemplates: namedTemplates(c.childTemplates, names.nameOfUrl),
      config: configTemplate(spaces[c.id]),
      configSchema: alike(c.configSchema),
      digest: c.digest,
      manifest: names.manifestOf(c.id),
      metadata: alike(c.metadata),
      moniker: c.moniker,
      origin: planOrigin(origin, names, edges),
      program: alike(c.program as JsonValue),
      provides: alike(c.provides),
      resources: alike(c.resources),
      slots: alike(c.slots),
    };
  });
  return sortedBy(made, (c) => c.moniker);
}

function planEdges(governed: Governed, names: SourceNames): PlanEdge[] {
  const { graph, origins } = governed;
  const made = graph.edges.map((edge, index): PlanEdge => {
    return {
      capability: edge.capability,
      from: planSource(governed, edge.from),
      hop: edge.hop,
      id: edge.id,
      origin: planOrigin(origins.edges[index], names),
      protocol: protocolBehind(graph.components, edge.from) ?? null,
      to: { component: monikerOf(governed.graph.components, edge.to.component), slot: edge.to.slot },
      weak: edge.weak,
    };
  });
  const compare = comparerOf(made.map(({ id }) => id));
  return made.sort(
    (a, b) =>
      compare(a.id, b.id) || (a.hop ?? -1) - (b.hop ?? -1) || compareText(canonicalJson(a.from), canonicalJson(b.from)),
  );
}

function planSource(governed: Governed, from: EdgeSource): PlanSource {
  switch (from.kind) {
    case 'component':
      return {
        component: monikerOf(governed.graph.components, from.component),
        kind: 'component',
        provide: from.provide,
      };
    case 'resource':
      return {
        component: monikerOf(governed.graph.components, from.component),
        kind: 'resource',
        resource: from.resource,
      };
    case 'framework':
      return {
        authority: monikerOf(governed.graph.components, from.authority),
        capability: from.capability,
        kind: 'framework',
      };
    case 'external':
      return { kind: 'external', slot: from.slot };
  }
}

function planExternals(governed: Governed): DeploymentPlan['externals'] {
  const users = new Map<string, Edge[]>();
  for (const edge of governed.graph.edges) {
    if (edge.from.kind !== 'external') continue;
    const list = users.get(edge.from.slot) ?? [];
    users.set(edge.from.slot, list);
    list.push(edge);
  }
  const root = governed.graph.components[0];
  return sortedBy([...users], ([slot]) => slot).flatMap(([slot, edges]) => {
    const decl = root && own(root.slots, slot);
    if (!decl) return [];
    const capability = { kind: decl.kind, profile: decl.profile };
    return [
      { slot, capability, required: !decl.optional, edges: [...new Set(edges.map((e) => e.id))].sort(compareText) },
    ];
  });
}

const planPolicies = (governed: Governed, names: SourceNames): PlanPolicy[] =>
  governed.policies.map((record) => ({
    scope: record.scope.moniker,
    policy: record.entry.ref,
    use: record.entry.use,
    manifest: names.nameOf(record.entry.source),
    mode: record.mode,
    manifestDigest: record.entry.digest,
    requestDigest: record.requestDigest,
    answerDigest: record.answerDigest,
    edgesShown: record.edgesShown,
    edgesMatched: record.edgesMatched,
    interposers: [...record.interposers],
    findings: record.findings.map((f) => ({ ...f })),
    sandbox: record.sandbox,
    grants: { secrets: [...record.secrets], ...(record.usage ? { usage: record.usage } : {}) },
    ...(record.shadow === undefined
      ? {}
      : {
          shadow: {
            interposers: [...record.shadow.interposers],
            edges: record.shadow.edges.map(({ id, through }) => ({ id, through: [...through] })),
          },
        }),
  }));
