import { describe, expect, test } from 'vitest';
import { type Answerer, interposer, runTwo, twoPolicies } from './two-policies.ts';

const everywhere: Answerer = (scope, use) => scope.bindings.map((edge) => interposer(use, [edge.id, 'down']));
const warnings = async (answer: Answerer, verify: { order?: boolean; fixpoint?: boolean }) => {
  const { result, rounds } = await runTwo(answer, { verify });
  expect(result.compiled).toBeDefined();
  return { found: result.diagnostics.filter((d) => d.severity === 'warning'), rounds };
};

describe('verify order', () => {
  test('tells the edges and both policies', async () => {
    const { found, rounds } = await warnings(everywhere, { order: true });
    expect(found.map((d) => d.code)).toEqual(['govern/order-matters']);
    expect(found[0]?.message).toBe(
      'with policies `#a.apply` and `#b.apply` of scope `/` swapped in their list, edge `/client.up`, `/other.up` goes through `#b.apply -> #a.apply` instead of `#a.apply -> #b.apply`',
    );
    expect(found[0]?.at?.file).toBe('scenario.json5');
    expect(rounds).toBe(1);
  });

  test('is quiet where policies do not meet, and where both do the same', async () => {
    const apart: Answerer = (scope, use) => [interposer(use, [scope.bindings[use === 'a' ? 0 : 1]?.id ?? 0, 'down'])];
    const alike: Answerer = (scope) => scope.bindings.map((edge) => interposer('same', [edge.id, 'down']));
    for (const answer of [apart, alike]) expect((await warnings(answer, { order: true })).found).toEqual([]);
  });

  test('is quiet unless asked, and changes nothing', async () => {
    const plain = await runTwo(everywhere);
    const verified = await runTwo(everywhere, { verify: { order: true, fixpoint: true } });
    expect(plain.result.diagnostics).toEqual([]);
    expect(verified.result.compiled?.planText).toBe(plain.result.compiled?.planText);
  });

  test('a list that would be refused the other way round', async () => {
    // `a` sits before `client` and before `middle`, `b` before `client` and behind `middle`: only in this order there is no circle.
    const files = new Map(twoPolicies);
    const root = twoPolicies.get('scenario.json5') as {
      components: object;
      bindings: readonly object[];
      exports: object;
    };
    files.set('scenario.json5', {
      ...root,
      components: { ...root.components, middle: './client.json5' },
      bindings: [
        { to: '#client.up', from: '#server.api' },
        { to: '#other.up', from: '#middle.api' },
        { to: '#middle.up', from: '#server.api' },
      ],
    });
    const answer: Answerer = (scope, use) => {
      const [client, other, middle] = scope.bindings.map(({ id }) => id) as [number, number, number];
      return use === 'a'
        ? [interposer('a', [client, 'x'], [middle, 'y'])]
        : [interposer('b', [client, 'x'], [other, 'y'])];
    };
    const { result } = await runTwo(answer, { verify: { order: true } }, files);
    expect(result.diagnostics.map((d) => d.code)).toEqual(['govern/order-matters']);
    expect(result.diagnostics[0]?.message).toMatch(/edge `\/client\.up` would be refused: .*in a circle/);
  });
});

describe('verify fixpoint', () => {
  const isOwn = (scope: Parameters<Answerer>[0], id: number): boolean =>
    scope.components.some((c) => c.id === id && (c.metadata as { by?: string } | null)?.by !== undefined);

  test('a policy that leaves its interposers alone is at rest', async () => {
    const calm: Answerer = (scope, use) => {
      const guarded = scope.components.some((c) => (c.metadata as { by?: string } | null)?.by === use);
      return guarded ? [] : everywhere(scope, use, 0);
    };
    const { found, rounds } = await warnings(calm, { fixpoint: true });
    expect(found).toEqual([]);
    expect(rounds).toBe(2);
  });

  test('a policy that goes on is told, with its edges, after two rounds', async () => {
    const { found, rounds } = await warnings((scope, use, n) => (use === 'a' ? everywhere(scope, use, n) : []), {
      fixpoint: true,
    });
    expect(found.map((d) => d.code)).toEqual(['govern/no-fixpoint']);
    expect(found[0]?.message).toBe(
      'policy `#a.apply` of scope `/`, asked again about the rewritten graph, inserts more on edge `/client.up`, `/other.up`, where it sits already; asked once more, it goes on',
    );
    expect(rounds).toBe(3);
  });

  test('a policy that reacts to the interposers of another one, once', async () => {
    const reacts: Answerer = (scope, use, round) => {
      if (use === 'a') return round === 1 ? [interposer('a', [scope.bindings[0]?.id ?? 0, 'down'])] : [];
      return round === 2
        ? scope.bindings.filter((e) => isOwn(scope, e.to?.component ?? -1)).map((e) => interposer('b', [e.id, 'down']))
        : [];
    };
    const { found } = await warnings(reacts, { fixpoint: true });
    expect(found.map((d) => d.message)).toEqual([
      'policy `#b.apply` of scope `/`, asked again about the rewritten graph, inserts more on edge `/client.up`',
    ]);
  });

  test('a policy that cannot bear interposers leaves the question open', async () => {
    const frail: Answerer = (scope, use, round) => (round > 1 ? [{ broken: true }] : everywhere(scope, use, round));
    const { found } = await warnings(frail, { fixpoint: true });
    expect(found.map((d) => d.code)).toEqual(['govern/fixpoint-unknown']);
  });
});
