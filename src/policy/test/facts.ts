/** What a compile found, in the names that tests use. */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Governed, HeardAnswer, PolicyFinding } from '../../ir/governed.ts';
import type { Component, ComponentId } from '../../ir/graph.ts';
import type { Linked } from '../../ir/linked.ts';

/** Of one compile, whether it succeeded or not. */
export interface Outcome {
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when the scenario could not be linked. */
  readonly linked?: Linked;
  /** Answers that could be read. */
  readonly heard: readonly HeardAnswer[];
  /** Absent when there is no plan. */
  readonly governed?: Governed;
  /** Name of a manifest in `linked` and `heard` → as people are told it. */
  readonly rename?: (file: string) => string;
}

export interface PolicyFact {
  readonly scope: string;
  readonly ref: string;
  /** Names by which a test may mean it. */
  readonly names: readonly string[];
  readonly heard?: HeardAnswer;
}
export interface InterposerFact {
  readonly moniker: string;
  readonly policy: PolicyFact;
  readonly reason: string;
  readonly component: Component;
  /** Edges that it sits on. */
  readonly on: readonly string[];
}
export interface FindingFact extends PolicyFinding {
  readonly by: PolicyFact;
}
export interface Facts {
  /** In the order of the scenario; exports, as `exports.NAME`, come last. Empty when it could not be linked. */
  readonly edges: readonly string[];
  /** Monikers, those of interposers too. */
  readonly components: readonly string[];
  readonly policies: readonly PolicyFact[];
  readonly findings: readonly FindingFact[];
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  readonly linked: boolean;
  /** Absent when there is no plan. */
  readonly result?: {
    readonly interposers: readonly InterposerFact[];
    /** By edge, from source to consumer; edges that were left alone are not in it. */
    readonly chains: ReadonlyMap<string, readonly InterposerFact[]>;
  };
}

export function factsOf({ diagnostics, linked, heard, governed }: Outcome): Facts {
  const policies = (linked?.scopes ?? []).flatMap((scope) =>
    scope.entries.map((entry): PolicyFact => {
      const said = heard.find((answer) => answer.entry === entry);
      const names = [...new Set([entry.ref, entry.use, entry.display])];
      return { scope: scope.moniker, ref: entry.ref, names, ...(said ? { heard: said } : {}) };
    }),
  );
  const graph = linked?.graph;
  const result = governed && interposed(governed, policies);
  return {
    edges: [
      ...(graph?.edges ?? []).map(({ id }) => id),
      ...(graph?.exports ?? []).map(({ name }) => `exports.${name}`),
    ],
    components: (governed ?? linked)?.graph.components.map(({ moniker }) => moniker) ?? [],
    policies,
    findings: policies.flatMap((by) => (by.heard?.findings ?? []).map((finding) => ({ ...finding, by }))),
    errors: diagnostics.filter(({ severity }) => severity === 'error'),
    warnings: diagnostics.filter(({ severity }) => severity === 'warning'),
    linked: linked !== undefined,
    ...(result ? { result } : {}),
  };
}

function interposed({ graph, origins }: Governed, policies: readonly PolicyFact[]): NonNullable<Facts['result']> {
  const on = new Map<ComponentId, string[]>();
  const found = new Map<ComponentId, InterposerFact>();
  for (const component of graph.components) {
    const origin = origins.components[component.id];
    if (origin?.kind !== 'policy') continue;
    const policy = policies.find(({ scope, ref }) => scope === origin.scope && ref === origin.policyRef);
    if (!policy) continue;
    const edges: string[] = [];
    on.set(component.id, edges);
    const { moniker } = component;
    found.set(component.id, { moniker, policy, reason: origin.reason ?? '', component, on: edges });
  }
  const hops = new Map<string, { readonly hop: number; readonly interposer: InterposerFact }[]>();
  for (const { id, hop, to } of graph.edges) {
    const interposer = found.get(to.component);
    if (!interposer || hop === null) continue;
    on.get(to.component)?.push(id);
    const chain = hops.get(id) ?? [];
    hops.set(id, chain);
    chain.push({ hop, interposer });
  }
  const chains = new Map(
    [...hops].map(([id, chain]) => [id, chain.sort((a, b) => a.hop - b.hop).map(({ interposer }) => interposer)]),
  );
  return { interposers: [...found.values()], chains };
}
