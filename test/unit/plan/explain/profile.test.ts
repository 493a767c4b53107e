import { describe, expect, it } from 'vitest';
import type { PlanRuntime } from '../../../../src/ir/plan-runtime-schema.ts';
import { profileLines, profilePart } from '../../../../src/plan/explain/profile.ts';
import { undeclared } from '../../../../src/plan/profiles/profile-of.ts';

const linesOf = (runtime: PlanRuntime): readonly string[] => profileLines(profilePart('/', runtime));

describe('000-8 what `explain` tells of a profile', () => {
  it('is nothing where none is declared', () => {
    expect(linesOf({})).toEqual([]);
    expect(linesOf({ profiles: { other: undeclared } })).toEqual([]);
  });

  it('is its mode, its place, and what may be done unasked', () => {
    expect(linesOf({ profiles: { default: undeclared } })).toEqual([
      'default: mode default, the sandbox of every component',
      'permissions deny-all',
    ]);
    const none = { ...undeclared, sandbox: { mode: 'none' }, permissions: 'approve-all' } as const;
    expect(linesOf({ profiles: { default: none } })).toEqual([
      'default: mode default, on the host, with --no-sandbox alone',
      'permissions approve-reads: `approve-all` takes `runtime.mode: evidence` and `sandbox.mode: ref`',
    ]);
  });

  it('is what is wider, who works, and what may be used up, whatever the order of the plan', () => {
    const profile = {
      ...undeclared,
      runtime: { mode: 'evidence' },
      sandbox: { mode: 'ref', ref: 's' },
      permissions: 'approve-all',
      worker: { agent: 'w', chosenBy: 'allowed', provider: 'p', model: 'm', capabilities: ['a', 'b'] },
    } as const;
    const runtime = (budget: object, sandbox: object): PlanRuntime => ({
      profiles: { default: { ...profile, worker: { ...profile.worker, capabilities: ['a', 'b'] }, budget } },
      sandboxes: { s: sandbox },
    });
    const lines = [
      'default: mode evidence, sandbox s',
      'permissions approve-all once its sandbox has passed its self-check, approve-reads otherwise',
      'wider: processes 3, tools x,y',
      'worker w (by `allowed`), provider p, model m, capabilities a,b',
      'budget cpuGpuComputeSeconds 2, wallClockSeconds 1',
    ];
    const budgets = [
      { wallClockSeconds: 1, cpuGpuComputeSeconds: 2 },
      { cpuGpuComputeSeconds: 2, wallClockSeconds: 1 },
    ];
    for (const budget of budgets) {
      expect(linesOf(runtime(budget, { tools: ['x', 'y'], processes: 3 }))).toEqual(lines);
      expect(linesOf(runtime(budget, { processes: 3, tools: ['x', 'y'] }))).toEqual(lines);
    }
  });
});
