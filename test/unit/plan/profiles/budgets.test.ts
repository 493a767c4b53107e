import { describe, expect, it } from 'vitest';
import { type BudgetPlan, budgetsIn, reportersOf } from '../../../../src/plan/profiles/budgets.ts';

const model = { kind: 'llm', profile: 'model_provider' };
const edge = (id: string, hop: number | null, component: string, capability: object = model) => ({
  id,
  hop,
  from: { kind: 'external', slot: 'm' },
  to: { component, slot: 's' },
  capability,
});
const planOf = (more: object, budget: object, sandbox = 'inherit'): BudgetPlan =>
  ({
    components: [
      { moniker: '/', program: null },
      { moniker: '/a', program: {} },
      { moniker: '/__overlay_0_0', program: {} },
    ],
    edges: [],
    policies: [],
    runtime: {
      components: { '/a': { profile: 'p' } },
      profiles: { p: { sandbox: { mode: sandbox }, budget }, unused: { sandbox: { mode: 'inherit' }, budget } },
    },
    ...more,
  }) as unknown as BudgetPlan;
const spliced = [edge('/a.model', 0, '/__overlay_0_0'), edge('/a.model', 1, '/a')];
const policy = (usage: object) => [{ interposers: ['/__overlay_0_0'], grants: { secrets: [], ...usage } }];

describe('how budgets are kept', () => {
  it('is said of those that a profile sets which somebody has', () => {
    const all = { wallClockSeconds: 1, agentConcurrency: 1, cpuGpuComputeSeconds: 1, connectorCalls: 1 };
    expect(budgetsIn(planOf({}, all)).map(({ profile, budget, kept }) => [profile, budget, kept])).toEqual([
      ['p', 'wallClockSeconds', 'enforced'],
      ['p', 'agentConcurrency', 'enforced'],
      ['p', 'cpuGpuComputeSeconds', 'metered'],
      ['p', 'connectorCalls', 'enforced'],
    ]);
  });

  it('on the machine itself: not at all, but for the time and the number of programs', () => {
    const all = {
      wallClockSeconds: 1,
      agentConcurrency: 1,
      sandboxMemoryBytes: 1,
      localDiskBytes: 1,
      connectorCalls: 1,
    };
    const found = budgetsIn(planOf({}, all, 'none'));
    expect(found.filter(({ gap }) => gap).map(({ budget, kept, gap }) => [budget, kept, gap?.why])).toEqual(
      ['sandboxMemoryBytes', 'localDiskBytes', 'connectorCalls'].map((name) => [name, 'unsupported', 'no-sandbox']),
    );
  });

  it('in containers: what the programs of a profile take is not added up, where one of them is in one', () => {
    const all = {
      wallClockSeconds: 1,
      cpuGpuComputeSeconds: 1,
      sandboxMemoryBytes: 1,
      localDiskBytes: 1,
      connectorCalls: 1,
    };
    const components = [
      { moniker: '/a', program: {} },
      { moniker: '/b', program: { image: 'b:1', entrypoint: [] } },
    ];
    const of = (profile: string) => budgetsIn({ ...planOf({ components }, all), runtime: runtimeOf(all, profile) });
    const runtimeOf = (budget: object, profile: string) =>
      ({
        components: { '/a': { profile: 'p' }, '/b': { profile } },
        profiles: { p: { sandbox: { mode: 'inherit' }, budget } },
      }) as unknown as NonNullable<BudgetPlan['runtime']>;
    expect(of('p').filter(({ kept }) => kept === 'unsupported')).toEqual(
      (['cpuGpuComputeSeconds', 'sandboxMemoryBytes', 'localDiskBytes'] as const).map((budget) => ({
        profile: 'p',
        budget,
        limit: 1,
        kept: 'unsupported',
        gap: { why: 'container', components: ['/b'] },
      })),
    );
    expect(of('q').filter(({ gap }) => gap)).toEqual([]);
  });

  it.each([
    ['with a meter that may tell', policy({ usage: true }), spliced, undefined],
    ['with one that may not', policy({}), spliced, ['/a.model']],
    ['without one', [], [edge('/a.model', null, '/a')], ['/a.model']],
    ['where one of two has none', policy({ usage: true }), [...spliced, edge('/a.other', null, '/a')], ['/a.other']],
    ['where another component has none', policy({ usage: true }), [...spliced, edge('/b.x', null, '/b')], undefined],
    ['over edges that lead to no model', [], [edge('/a.x', null, '/a', { kind: 'http', profile: null })], undefined],
  ])('of models: %s', (_, policies, edges, unmetered) => {
    const found = budgetsIn(planOf({ policies, edges }, { modelCalls: 1 }));
    expect(found).toEqual([
      {
        profile: 'p',
        budget: 'modelCalls',
        limit: 1,
        ...(unmetered ? { kept: 'unsupported', gap: { why: 'no-meter', edges: unmetered } } : { kept: 'metered' }),
      },
    ]);
  });

  it('of models: who may tell, and for whom', () => {
    expect([...reportersOf(planOf({ policies: policy({ usage: true }), edges: spliced }, {}))]).toEqual([
      ['/__overlay_0_0', [{ id: '/a.model', consumer: '/a' }]],
    ]);
    expect(reportersOf(planOf({ policies: policy({}), edges: spliced }, {})).size).toBe(0);
  });
});
