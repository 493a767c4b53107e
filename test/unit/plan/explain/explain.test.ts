import { describe, expect, test } from 'vitest';
import type { DeploymentPlan, PlanOrigin } from '../../../../src/ir/plan-schema.ts';
import { type EdgeExplanation, explain, prepareExplain, subjectsOf } from '../../../../src/plan/explain/explain.ts';
import { orderRule } from '../../../../src/plan/explain/order.ts';
import { explanationText, graphText } from '../../../../src/plan/explain/text.ts';
import { interposer, runTwo } from '../../phases/5-govern/verify/two-policies.ts';

type PolicyOrigin = Extract<PlanOrigin, { kind: 'policy' }>;

const { result } = await runTwo((scope, use) =>
  [...scope.bindings.slice(0, 1), ...(use === 'b' ? scope.exports.slice(0, 1) : [])].map((edge) =>
    interposer(use, [edge.id, 'down']),
  ),
);
const plan = result.compiled?.plan as DeploymentPlan;
const ctx = prepareExplain(plan, (subject) =>
  'edge' in subject ? `scenario.json5:1:${(subject.hop ?? 8) + 1}` : undefined,
);
const one = (id: string): EdgeExplanation => explain(ctx, id)[0] as EdgeExplanation;

describe('explain', () => {
  test('what a policy says does not reach the terminal as control characters, and has one line', () => {
    const said = structuredClone(plan) as DeploymentPlan;
    for (const { origin } of [...said.edges, ...said.components])
      if (origin.kind === 'policy') Object.assign(origin, { reason: 'red \u001b[31m\n  over \r \u202e gone' });
    const context = prepareExplain(said, () => undefined);
    for (const id of ['/client.up', '/__overlay_0_0']) {
      const text = explanationText(explain(context, id));
      expect(text).toContain('reason     red ␛[31m over ␍ <U+202E> gone\n');
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    }
  });

  test('an edge with every hop, who put it there and why', () => {
    const edge = one('/client.up');
    expect(edge).toMatchObject({ kind: 'edge', provider: '/server.api', consumer: '/client.up' });
    expect(edge.hops.map((hop) => [hop.from, hop.to, hop.interposer?.moniker, hop.by?.policy, hop.by?.reason])).toEqual(
      [
        ['/server.api', '/__overlay_0_0.s0', '/__overlay_0_0', '#a.apply', 'a wants it'],
        ['/__overlay_0_0.down', '/__overlay_1_0.s0', '/__overlay_1_0', '#b.apply', 'b wants it'],
        ['/__overlay_1_0.down', '/client.up', undefined, undefined, undefined],
      ],
    );
    expect(edge.hops.map((hop) => hop.order?.rule)).toEqual(['first', 'list', undefined]);
    const record = plan.policies[1];
    expect(edge.hops[1]?.by).toMatchObject({
      policyDigest: record?.manifestDigest,
      requestDigest: record?.requestDigest,
      answerDigest: record?.answerDigest,
      interposition: 0,
      attachment: 0,
    });
    expect(edge.written).toEqual({ source: 'scenario', pointer: '/bindings/0', at: 'scenario.json5:1:3' });
  });

  test('an edge without interposers', () => {
    expect(one('/other.up').hops).toHaveLength(1);
    expect(explanationText([one('/other.up')])).toContain('passes     no interposer');
  });

  test('an export, by either name', () => {
    expect(explain(ctx, 'out')).toEqual(explain(ctx, 'exports.out'));
    expect(one('out').hops.map(({ from, to }) => `${from} -> ${to}`)).toEqual([
      '/client.api -> /__overlay_1_1.s0',
      '/__overlay_1_1.down -> exports.out',
    ]);
    expect(one('out2').hops).toHaveLength(1);
  });

  test('components: authored ones and interposers', () => {
    expect(explain(ctx, '/client')).toEqual([
      expect.objectContaining({
        kind: 'component',
        manifest: 'client',
        takes: [expect.objectContaining({ id: '/client.up', through: ['/__overlay_0_0', '/__overlay_1_0'] })],
        gives: [expect.objectContaining({ id: 'exports.out', through: ['/__overlay_1_1'] })],
        policies: [
          { scope: '/', policy: '#a.apply' },
          { scope: '/', policy: '#b.apply' },
        ],
      }),
    ]);
    expect(explain(ctx, '/__overlay_1_1')).toEqual([
      expect.objectContaining({
        manifest: null,
        by: expect.objectContaining({ policy: '#b.apply', interposition: 1 }),
        takes: [expect.objectContaining({ id: 'exports.out' })],
        policies: [],
      }),
    ]);
  });

  test('knows every name, and nothing else', () => {
    for (const id of subjectsOf(ctx)) expect(explain(ctx, id), id).toHaveLength(1);
    expect(explain(ctx, '/nothing')).toEqual([]);
    expect(explain(ctx, '__proto__')).toEqual([]);
  });

  test('the graph, an edge a line', () => {
    expect(graphText(ctx).split('\n')).toEqual([
      '/server.api -> /__overlay_0_0 (#a.apply of /) -> /__overlay_1_0 (#b.apply of /) -> /client.up',
      '/server.api -> /other.up',
      '/client.api -> /__overlay_1_1 (#b.apply of /) -> exports.out',
      '/other.api -> exports.out2',
      '',
    ]);
  });
});

describe('rules of order', () => {
  const at = (scope: string, entry: number, interposition = 0): PolicyOrigin => ({
    kind: 'policy',
    source: 's',
    pointer: `/policies/${entry}`,
    scope,
    policy: `#p${entry}.apply`,
    policyDigest: '',
    requestDigest: '',
    answerDigest: '',
    interposition,
  });
  const ends = { provider: '/a/b/x', consumer: '/c/d/y' };
  // Inner to outer around the provider, both, outer to inner around the consumer.
  const chain = [at('/a/b', 0), at('/a', 0), at('/', 0), at('/', 1), at('/', 1, 1), at('/c', 0), at('/c/d', 0)];

  test.each([
    [
      0,
      'first',
      'nearest to the provider: of scopes that hold only the provider the inner comes first: `/a/b` before `/a`',
    ],
    [1, 'depth', 'of scopes that hold only the provider the inner comes first: `/a/b` before `/a`'],
    [2, 'side', 'scopes that hold only the provider come before scopes that hold provider and consumer'],
    [3, 'list', 'the list of scope `/` has `#p0.apply` (entry 1) before `#p1.apply` (entry 2)'],
    [4, 'answer', 'in one answer the order of interpositions counts: 0 before 1'],
    [5, 'side', 'scopes that hold provider and consumer come before scopes that hold only the consumer'],
    [6, 'depth', 'of scopes that hold only the consumer the outer comes first: `/c` before `/c/d`'],
  ])('of hop %i', (index, rule, text) => {
    expect(orderRule(chain, index, ends)).toEqual({ rule, text });
  });

  test('a sibling with a longer name is not inside', () => {
    const rule = orderRule([at('/a', 0), at('/', 0)], 1, { provider: '/ab', consumer: '/a/y' });
    expect(rule.rule).toBe('side');
  });

  test('what is outside belongs to no scope', () => {
    expect(orderRule([at('/', 0), at('/a', 0)], 1, { provider: null, consumer: '/a/y' })).toMatchObject({
      rule: 'depth',
    });
    expect(orderRule([at('/a', 0), at('/', 0)], 1, { provider: '/a/y', consumer: null })).toMatchObject({
      rule: 'depth',
    });
  });
});
