/** What a plan lets be used up, in the fields of contracts. */
import { describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { budgetsOf, noLimit } from '../../../../src/runtime/contract/budget.ts';

const MiB = 1024 * 1024;
const usual = 4096 * MiB;

const planOf = (runtime: object, ...monikers: readonly string[]): DeploymentPlan =>
  ({
    components: [
      { moniker: '/', program: null },
      ...monikers.map((moniker) => ({ moniker, program: { path: '/bin/true' } })),
    ],
    edges: [],
    policies: [],
    runtime,
  }) as unknown as DeploymentPlan;
const profile = (budget: object, sandbox: object = { mode: 'inherit' }): object => ({
  runtime: { mode: 'default' },
  sandbox,
  permissions: 'deny-all',
  budget,
});

describe('004-4: budgets', () => {
  it('are without a limit where nobody keeps one, but for memory', () => {
    const { execution, operation } = budgetsOf(planOf({}, '/a', '/b'));
    expect(execution).toEqual({
      modelCalls: noLimit,
      tokens: noLimit,
      connectorCalls: noLimit,
      cpuGpuComputeSeconds: noLimit,
      localDiskBytes: noLimit,
      sandboxMemoryBytes: usual,
      wallClockSeconds: noLimit,
      agentConcurrency: noLimit,
    });
    expect(operation).toEqual({ ...execution, sandboxMemoryBytes: 2 * usual });
  });

  it('are those of the plan: the most of one component, and all together', () => {
    const runtime = {
      components: { '/a': { profile: 'p', limits: { cpuSeconds: 5, memoryMiB: 64 } }, '/b': { profile: 'q' } },
      profiles: {
        p: profile({ wallClockSeconds: 90, cpuGpuComputeSeconds: 9, localDiskBytes: 1000 }),
        q: profile({
          wallClockSeconds: 60,
          cpuGpuComputeSeconds: 7,
          localDiskBytes: 5000,
          sandboxMemoryBytes: 32 * MiB,
        }),
      },
    };
    const { execution, operation } = budgetsOf(planOf(runtime, '/a', '/b'));
    expect(execution).toMatchObject({
      // What one process may take is no limit of a component.
      cpuGpuComputeSeconds: 9,
      localDiskBytes: 5000,
      sandboxMemoryBytes: 64 * MiB,
      wallClockSeconds: 60,
    });
    expect(operation).toMatchObject({
      cpuGpuComputeSeconds: 16,
      localDiskBytes: 6000,
      sandboxMemoryBytes: 96 * MiB,
      // Of the run as a whole: the least counts.
      wallClockSeconds: 60,
    });
    expect(budgetsOf(planOf(runtime, '/a', '/b', '/c')).operation.localDiskBytes).toBe(noLimit);
  });

  it('promise nothing that nobody keeps, whatever the plan says', () => {
    const budget = { modelCalls: 1, tokens: 2, connectorCalls: 3, agentConcurrency: 4 };
    const kept = planOf({ profiles: { default: profile(budget) } }, '/a', '/b');
    expect(budgetsOf(kept).execution).toMatchObject(budget);
    // They share it.
    expect(budgetsOf(kept).operation).toMatchObject(budget);
    const edge = {
      id: '/a.m',
      hop: null,
      to: { component: '/a' },
      capability: { kind: 'llm', profile: 'model_provider' },
    };
    const unmetered = { ...kept, edges: [edge] } as unknown as DeploymentPlan;
    expect(budgetsOf(unmetered).execution).toMatchObject({ ...budget, modelCalls: noLimit, tokens: noLimit });
    const onHost = planOf({ profiles: { default: profile(budget, { mode: 'none' }) } }, '/a');
    expect(budgetsOf(onHost).execution).toMatchObject({ ...budget, connectorCalls: noLimit });
    const free = budgetsOf(planOf({ profiles: { default: profile({}, { mode: 'none' }) } }, '/a'));
    expect(free.execution.sandboxMemoryBytes).toBe(noLimit);
  });

  describe('of models, which a meter counts', () => {
    const meter = {
      policies: [{ interposers: ['/meter'], grants: { usage: true } }],
      edges: [
        { id: '/a.m', hop: 0, to: { component: '/meter' }, capability: { kind: 'llm', profile: 'model_provider' } },
        { id: '/a.m', hop: 1, to: { component: '/a' }, capability: { kind: 'llm', profile: 'model_provider' } },
      ],
    };
    const metered = (profiles: object, components: object, ...monikers: readonly string[]): DeploymentPlan =>
      ({ ...planOf({ profiles, components }, '/meter', ...monikers), ...meter }) as unknown as DeploymentPlan;
    const models = { modelCalls: 3, tokens: 40 };

    it('are those of whoever asks a model: the meter itself, and who asks none, use none up', () => {
      const plan = metered({ p: profile(models) }, { '/a': { profile: 'p' } }, '/a', '/b');
      const { execution, operation } = budgetsOf(plan);
      expect(execution).toMatchObject({ ...models, connectorCalls: noLimit });
      expect(operation).toMatchObject(models);
    });

    it('are without a limit when one that asks has none', () => {
      const plan = metered({ p: profile(models) }, { '/a': { profile: 'p' } }, '/a', '/b');
      const more = [
        { id: '/b.m', hop: 0, to: { component: '/meter' }, capability: { kind: 'llm', profile: 'model_provider' } },
        { id: '/b.m', hop: 1, to: { component: '/b' }, capability: { kind: 'llm', profile: 'model_provider' } },
      ];
      const both = { ...plan, edges: [...plan.edges, ...more] } as unknown as DeploymentPlan;
      expect(budgetsOf(both).execution).toMatchObject({ modelCalls: noLimit, tokens: noLimit });
    });
  });

  it('of a plan that executes nothing are none', () => {
    expect(budgetsOf(planOf({})).operation).toMatchObject({ sandboxMemoryBytes: 0, localDiskBytes: 0 });
  });

  it('of a component that is called like what every object has', () => {
    expect(budgetsOf(planOf({ components: {}, profiles: {} }, 'constructor')).execution.sandboxMemoryBytes).toBe(usual);
  });
});
