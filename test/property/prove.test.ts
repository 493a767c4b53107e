import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import { compile } from '../../src/compile.ts';
import { sourceId } from '../../src/ir/edge-id.ts';
import type { Linked } from '../../src/ir/linked.ts';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { linksOfPlan, obligationsOfPlan } from '../../src/plan/prove/from-plan.ts';
import { linksAt, obligationsAt } from '../../src/plan/prove/grain.ts';
import { type Link, linksOf, type Obligation } from '../../src/plan/prove/obligation.ts';
import { prove } from '../../src/plan/prove/prove.ts';
import { answerOf, type RandomScenario, randomScenario, rulesOf, toFiles } from '../support/random-scenario.ts';
import { share } from '../support/sweep.ts';

const base = 'file:///scenario/';

async function run(scenario: RandomScenario): Promise<{ readonly plan: DeploymentPlan; readonly linked: Linked }> {
  const urls = new Map([...toFiles(scenario)].map(([name, text]) => [base + name, text]));
  let linked: Linked | undefined;
  const result = await compile({
    input: `${base}scenario.json5`,
    baseDir: base,
    loader: createMemoryLoader(urls),
    policyClient: createMemoryPolicyClient((ask) => ({ text: answerOf(rulesOf(scenario, ask.display), ask.body) })),
    onLinked: (seen) => {
      linked = seen;
    },
  });
  if (!result.compiled || !linked) throw new Error(result.diagnostics.map((d) => d.message).join('\n'));
  return { plan: result.compiled.plan, linked };
}

const key = ({ from, to }: Link): string => JSON.stringify([from, to]);
const without = (links: readonly Link[], gone: readonly Link[]): readonly Link[] => {
  const keys = new Set(gone.map(key));
  return links.filter((link) => !keys.has(key(link)));
};

type Pick = (below: number) => number;
type Mutation = (
  target: Obligation,
  links: readonly Link[],
  pick: Pick,
  others: readonly Obligation[],
) => readonly Link[] | undefined;

/** Each makes at least one obligation untrue, or answers undefined where it has nothing to work on. */
const mutations: Readonly<Record<string, Mutation>> = {
  'adds a way around everything': ({ source, target }, links) => [...links, { from: source, to: target }],
  'adds a way around the first': ({ source, chain }, links, pick) => {
    const later = chain[1 + pick(chain.length - 1)];
    return later && [...links, { from: source, to: later.inlet }];
  },
  'adds a way around the last': ({ target, chain }, links, pick) => {
    const earlier = chain[pick(chain.length - 1)];
    return chain.length < 2 || !earlier ? undefined : [...links, { from: earlier.outlet, to: target }];
  },
  'adds a way through the interposer of another edge': ({ source, target, chain }, links, pick, others) => {
    const own = new Set(chain.map((hop) => hop.interposer));
    const foreign = others.flatMap((o) => o.chain).filter((hop) => !own.has(hop.interposer));
    const hop = foreign[pick(foreign.length)];
    return hop && [...links, { from: source, to: hop.inlet }, { from: hop.outlet, to: target }];
  },
  'drops a hop': (obligation, links, pick) => {
    const hops = linksOf(obligation);
    return without(links, [hops[pick(hops.length)] as Link]);
  },
  'drops an interposer': (obligation, links, pick) => {
    const left = pick(obligation.chain.length);
    const shorter = { ...obligation, chain: obligation.chain.filter((_, index) => index !== left) };
    return [...without(links, linksOf(obligation)), ...linksOf(shorter)];
  },
  'swaps the ends of a hop': (obligation, links, pick) => {
    const hops = linksOf(obligation);
    const hop = hops[pick(hops.length)] as Link;
    return [...without(links, [hop]), { from: hop.to, to: hop.from }];
  },
  'reorders a chain': (obligation, links, pick) => {
    if (obligation.chain.length < 2) return undefined;
    const at = pick(obligation.chain.length - 1);
    const chain = [...obligation.chain];
    chain.splice(at, 2, chain[at + 1] as (typeof chain)[number], chain[at] as (typeof chain)[number]);
    return [...without(links, linksOf(obligation)), ...linksOf({ ...obligation, chain })];
  },
};

describe('proof', () => {
  test('holds of every rewritten scenario, and of what it was linked from', async () => {
    let interposed = 0;
    await fc.assert(
      fc.asyncProperty(randomScenario, async (scenario) => {
        const { plan, linked } = await run(scenario);
        const obligations = obligationsOfPlan(plan);
        expect(prove(obligations, linksOfPlan(plan), { exact: true })).toEqual([]);
        const { components, edges, exports } = linked.graph;
        const ends = [
          ...edges.map(
            (e) => `${e.id}: ${sourceId(components, e.from)} -> ${components[e.to.component]?.moniker}.${e.to.slot}`,
          ),
          ...exports.map(
            (e) => `exports.${e.name}: ${components[e.from.component]?.moniker}.${e.from.provide} -> exports.${e.name}`,
          ),
        ];
        expect(obligations.map((o) => `${o.edge}: ${o.source} -> ${o.target}`).sort()).toEqual(ends.sort());
        interposed += obligations.filter(({ chain }) => chain.length > 1).length;
      }),
      { numRuns: share(300) },
    );
    expect(interposed).toBeGreaterThan(share(300));
  });

  test.each(Object.keys(mutations))('fails once a mutation %s', async (name) => {
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(randomScenario, fc.infiniteStream(fc.nat()), async (scenario, numbers) => {
        const { plan } = await run(scenario);
        const obligations = obligationsOfPlan(plan);
        const pick: Pick = (below) => (below < 1 ? 0 : numbers.next().value % below);
        const alone = obligations.filter(
          (o) =>
            o.chain.length > 0 &&
            obligations.filter((p) => p.source === o.source && p.target === o.target).length === 1,
        );
        const target = alone[pick(alone.length)];
        const links = target && mutations[name]?.(target, linksOfPlan(plan), pick, obligations);
        if (!target || !links) return;
        tried++;
        const found = prove(obligations, links);
        expect(
          found.some((v) => ('edge' in v ? v.edge === target.edge : 'edges' in v && v.edges.includes(target.edge))),
        ).toBe(true);
      }),
      { numRuns: share(200) },
    );
    expect(tried).toBeGreaterThan(share(20));
  });

  test('agrees with trying every way', () => {
    let [kept, broken] = [0, 0];
    fc.assert(
      fc.property(smallWeb, ({ obligations, links }) => {
        const wrong = prove(obligations, links).flatMap((v) => (v.kind === 'bypass' || v.kind === 'order' ? [v] : []));
        const ends = new Map(obligations.map((o) => [`${o.source} ${o.target}`, o]));
        for (const [name, { source, target }] of ends) {
          const family = obligations.filter((o) => o.source === source && o.target === target);
          const bad = everyWay(obligations, links, source, target).some((way) => !family.some((o) => keeps(way, o)));
          expect(
            wrong.some((v) => `${v.source} ${v.target}` === name),
            JSON.stringify({ obligations, links }),
          ).toBe(bad);
          if (bad) broken++;
          else kept++;
        }
      }),
      { numRuns: share(5000) },
    );
    expect(Math.min(kept, broken)).toBeGreaterThan(share(1000));
  });

  test('holds at every grain where interposers sit on one edge each', async () => {
    let checked = 0;
    const grains = [
      { consumers: 'component', providers: 'provide' },
      { consumers: 'component', providers: 'component' },
    ] as const;
    await fc.assert(
      fc.asyncProperty(randomScenario, async (scenario) => {
        const { plan } = await run(scenario);
        for (const grain of grains) {
          const obligations = obligationsAt(obligationsOfPlan(plan), grain);
          const found = prove(obligations, linksAt(linksOfPlan(plan), grain));
          // Interposers of these scenarios sit on one edge each: nothing mixes, however coarse the view.
          expect(found).toEqual([]);
          checked += obligations.filter(({ chain }) => chain.length > 0).length;
        }
      }),
      { numRuns: share(100) },
    );
    expect(checked).toBeGreaterThan(share(100));
  });
});

const interposers = ['/i', '/j', '/k'];
const hop = fc
  .tuple(fc.constantFrom(...interposers), fc.constantFrom('a', 'b'), fc.constantFrom('p', 'q'))
  .map(([interposer, slot, provide]) => ({
    interposer,
    inlet: `${interposer}.${slot}`,
    outlet: `${interposer}.${provide}`,
  }));
const obligation: fc.Arbitrary<Obligation> = fc.record({
  edge: fc.constantFrom('e', 'f', 'g', 'h'),
  source: fc.constantFrom('/s.x', '/t.x'),
  target: fc.constantFrom('/c.x', '/d.x'),
  chain: fc.uniqueArray(hop, { selector: (h) => h.interposer, maxLength: 3 }),
});
const link: fc.Arbitrary<Link> = fc.record({
  from: fc.constantFrom('/s.x', '/t.x', ...interposers.flatMap((i) => [`${i}.p`, `${i}.q`])),
  to: fc.constantFrom('/c.x', '/d.x', ...interposers.flatMap((i) => [`${i}.a`, `${i}.b`])),
});
/** Sharing of every kind, and links that nobody asked for. */
const smallWeb = fc
  .record({
    obligations: fc.array(obligation, { minLength: 1, maxLength: 4 }),
    extra: fc.array(link, { maxLength: 3 }),
  })
  .map(({ obligations, extra }) => ({ obligations, links: [...obligations.flatMap(linksOf), ...extra] }));

/** Interposers on each way that passes no place twice. */
function everyWay(
  obligations: readonly Obligation[],
  links: readonly Link[],
  source: string,
  target: string,
): readonly (readonly string[])[] {
  const hops = obligations.flatMap((o) => o.chain);
  const owner = new Map(
    hops.flatMap(
      (h) =>
        [
          [h.inlet, h.interposer],
          [h.outlet, h.interposer],
        ] as const,
    ),
  );
  const steps = [...links, ...hops.map((h) => ({ from: h.inlet, to: h.outlet }))];
  const found: string[][] = [];
  const walk = (at: string, visited: readonly string[]): void => {
    for (const { from, to } of steps) {
      if (from !== at) continue;
      if (to === target) found.push(visited.flatMap((name) => owner.get(name) ?? []));
      else if (owner.has(to) && !visited.includes(to)) walk(to, [...visited, to]);
    }
  };
  walk(source, []);
  return found;
}

function keeps(way: readonly string[], { chain }: Obligation): boolean {
  let done = 0;
  for (const interposer of way) if (chain[done]?.interposer === interposer) done++;
  return done === chain.length;
}
