import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import { type Compiled, compile } from '../../src/compile.ts';
import { sourceId } from '../../src/ir/edge-id.ts';
import type { Edge, Graph } from '../../src/ir/graph.ts';
import type { PolicyClient } from '../../src/ports/policy-client.ts';
import {
  answerOf,
  policiesOf,
  type RandomScenario,
  randomScenario,
  rulesOf,
  toFiles,
  withoutPolicies,
} from '../support/random-scenario.ts';
import { share } from '../support/sweep.ts';

const base = 'file:///scenario/';

async function run(
  scenario: RandomScenario,
  options: { readonly governed: boolean; readonly delay?: () => Promise<void> },
): Promise<Compiled> {
  const files = toFiles(options.governed ? scenario : withoutPolicies(scenario));
  const urls = new Map([...files].map(([name, text]) => [base + name, text]));
  const result = await compile({
    input: `${base}scenario.json5`,
    baseDir: base,
    loader: createMemoryLoader(urls, options.delay ? { order: options.delay } : undefined),
    policyClient: client(scenario, options.delay),
  });
  const errors = result.diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code}: ${d.message}`);
  expect(errors).toEqual([]);
  if (!result.compiled) throw new Error('no plan');
  return result.compiled;
}

/** Answers at once, or each after a delay of its own, so that they arrive in any order. */
function client(scenario: RandomScenario, delay: (() => Promise<void>) | undefined): PolicyClient {
  const memory = createMemoryPolicyClient((ask) => ({ text: answerOf(rulesOf(scenario, ask.display), ask.body) }));
  if (!delay) return memory;
  return {
    sandbox: memory.sandbox,
    ask: async (processes, asks, limits) => {
      const each = asks.map(async (ask) => {
        await delay();
        return memory.ask(processes, [ask], limits);
      });
      return (await Promise.all(each)).flat();
    },
  };
}

const isInterposer = (graph: Graph, id: number): boolean =>
  (graph.components[id]?.moniker ?? '').includes('__overlay_');

/** Follows an edge back through interposers to its true source; answers the interposers on the way, source first. */
function trace(graph: Graph, edge: Edge): { readonly source: string; readonly hops: readonly number[] } {
  const hops: number[] = [];
  let from = edge.from;
  while (from.kind === 'component' && isInterposer(graph, from.component)) {
    const id = from.component;
    hops.unshift(id);
    const into = graph.edges.filter((e) => e.to.component === id);
    expect(into).toHaveLength(1);
    from = (into[0] as Edge).from;
  }
  return { source: sourceId(graph.components, from), hops };
}

const consumerEdges = (graph: Graph): readonly Edge[] =>
  graph.edges.filter((e) => !isInterposer(graph, e.to.component));
const shown = (graph: Graph, edge: Edge, source: string): string =>
  `${source} -> ${graph.components[edge.to.component]?.moniker}.${edge.to.slot} ${edge.weak ? 'weak' : 'strong'} ${edge.capability.kind}`;

/** From a component outwards: the monikers of the components around it, the root last. */
const around = (moniker: string): readonly string[] => {
  const parts = moniker.split('/').slice(1, -1);
  return [...parts.map((_, n) => `/${parts.slice(0, parts.length - n).join('/')}`), '/'];
};

/**
 * Who stands between a provider and its consumer, the provider's side first, told from the two monikers and the rules alone: out of
 * the provider's scopes, through those that hold both, and in through those of the consumer. `SCOPE N` is the Nth policy of a scope.
 */
function expectedChain(
  scenario: RandomScenario,
  { kind, from, to }: { readonly kind: string; readonly from: string; readonly to: string | null },
): readonly string[] {
  const ofSource = around(from);
  const ofConsumer = to === null ? [] : around(to);
  const out = ofSource.filter((scope) => !ofConsumer.includes(scope));
  const both = ofSource.filter((scope) => ofConsumer.includes(scope));
  const inwards = [...ofConsumer].reverse().filter((scope) => !ofSource.includes(scope));
  const ask = (scopes: readonly string[], where: 'bindings' | 'imports' | 'exports'): readonly string[] =>
    scopes.flatMap((scope) =>
      policiesOf(scenario, scope).flatMap((rules, index) =>
        rules
          .filter((rule) => rule.kind === kind && rule.where.includes(where))
          .flatMap(({ times }) => Array.from({ length: times }, () => `${scope} ${index}`)),
      ),
    );
  return [...ask(out, 'exports'), ...ask(both, 'bindings'), ...ask(inwards, 'imports')];
}

/** The same, told from what was rewritten. */
function chainOf({ governed }: Compiled, hops: readonly number[]): readonly string[] {
  return hops.map((id) => {
    const origin = governed.origins.components[id];
    if (origin?.kind !== 'policy') throw new Error('an interposer comes from a policy');
    return `${origin.scope} ${/^#p(\d+)/.exec(origin.policyRef)?.[1]}`;
  });
}

describe('rewrite', () => {
  test('identity interposers keep every consumer on exactly its old provider, and nothing goes around them', async () => {
    let spliced = 0;
    await fc.assert(
      fc.asyncProperty(randomScenario, async (scenario) => {
        const plain = (await run(scenario, { governed: false })).governed.graph;
        const { governed } = await run(scenario, { governed: true });
        const graph = governed.graph;
        const wanted = plain.edges.map((e) => shown(plain, e, sourceId(plain.components, e.from)));
        expect(consumerEdges(graph).map((e) => shown(graph, e, trace(graph, e).source))).toEqual(wanted);
        const reachedThrough = new Set<number>();
        for (const edge of consumerEdges(graph)) for (const id of trace(graph, edge).hops) reachedThrough.add(id);
        expect(graph.exports.map((e) => e.name)).toEqual(plain.exports.map((e) => e.name));
        for (const [index, item] of graph.exports.entries()) {
          const end: Edge = {
            from: { kind: 'component', ...item.from },
            to: { component: item.from.component, slot: '' },
            capability: item.capability,
            weak: false,
            id: '',
            hop: null,
          };
          const { source, hops } = trace(graph, end);
          const old = plain.exports[index]?.from;
          expect(source).toBe(`${plain.components[old?.component ?? -1]?.moniker}.${old?.provide}`);
          for (const id of hops) reachedThrough.add(id);
        }
        const interposers = graph.components.filter((c) => isInterposer(graph, c.id)).map((c) => c.id);
        expect([...reachedThrough].sort((a, b) => a - b)).toEqual(interposers);
        expect(graph.components.every((c) => governed.origins.components[c.id] !== undefined)).toBe(true);
        expect(governed.origins.edges).toHaveLength(graph.edges.length);
        spliced += interposers.length;
      }),
      { numRuns: share(300) },
    );
    expect(spliced).toBeGreaterThan(share(800));
  });

  test('a chain leads out of the scopes of its provider and into those of its consumer, one after the other', async () => {
    let scopesOnOneSide = 0;
    await fc.assert(
      fc.asyncProperty(randomScenario, async (scenario) => {
        const compiled = await run(scenario, { governed: true });
        const { graph } = compiled.governed;
        const monikerOf = (source: string): string => source.slice(0, source.lastIndexOf('.'));
        for (const edge of consumerEdges(graph)) {
          const { source, hops } = trace(graph, edge);
          const to = graph.components[edge.to.component]?.moniker ?? '';
          const chain = chainOf(compiled, hops);
          expect(chain).toEqual(expectedChain(scenario, { kind: edge.capability.kind, from: monikerOf(source), to }));
          const within = (moniker: string): readonly string[] =>
            chain.map((link) => link.slice(0, link.indexOf(' '))).filter((scope) => around(moniker).includes(scope));
          scopesOnOneSide = Math.max(scopesOnOneSide, new Set(within(to)).size);
        }
        for (const item of graph.exports) {
          const to = { component: item.from.component, slot: '' };
          const from = { kind: 'component', ...item.from } as const;
          const { capability } = item;
          const { source, hops } = trace(graph, { from, to, capability, weak: false, id: '', hop: null });
          expect(chainOf(compiled, hops)).toEqual(
            expectedChain(scenario, { kind: capability.kind, from: monikerOf(source), to: null }),
          );
        }
      }),
      { numRuns: 150 },
    );
    expect(scopesOnOneSide).toBeGreaterThanOrEqual(3);
  });

  test('the order in which files and answers arrive shows nowhere', async () => {
    await fc.assert(
      fc.asyncProperty(randomScenario, fc.infiniteStream(fc.nat({ max: 3 })), async (scenario, delays) => {
        const straight = await run(scenario, { governed: true });
        const delay = async (): Promise<void> => {
          for (let left = delays.next().value; left > 0; left--) await Promise.resolve();
        };
        const shuffled = await run(scenario, { governed: true, delay });
        expect(shuffled.planText).toBe(straight.planText);
        expect([...shuffled.emit('ir')]).toEqual([...straight.emit('ir')]);
      }),
      { numRuns: share(200) },
    );
  });
});
