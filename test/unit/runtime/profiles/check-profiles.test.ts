import { describe, expect, it } from 'vitest';
import type { PlanProfile } from '../../../../src/ir/plan-profile-schema.ts';
import type { PlanRuntime } from '../../../../src/ir/plan-runtime-schema.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { undeclared } from '../../../../src/plan/profiles/profile-of.ts';
import { cacheOf, warmKey } from '../../../../src/runtime/profiles/cache-key.ts';
import { checkProfiles } from '../../../../src/runtime/profiles/check-profiles.ts';
import { oneWarning, planWarning } from '../../../../src/runtime/profiles/warnings.ts';

const planOf = (runtime: PlanRuntime, program: object | null = {}): DeploymentPlan =>
  ({ components: [{ moniker: '/', program }], runtime }) as unknown as DeploymentPlan;
const none: PlanProfile = { ...undeclared, sandbox: { mode: 'none' } };
const ref = (name: string): PlanProfile => ({ ...undeclared, sandbox: { mode: 'ref', ref: name } });
const gatesOf = (plan: DeploymentPlan, noSandbox = false): readonly string[] =>
  checkProfiles(plan, { noSandbox }).map(({ gate, subject, remedy }) => `${gate} ${subject}: ${remedy}`);

describe('profiles of a plan', () => {
  it('that are not there keep it from running, with the nearest name', () => {
    const runtime = { components: { '/': { profile: 'browsr' } }, profiles: { browser: ref('isolatd') } };
    expect(gatesOf(planOf({ ...runtime, sandboxes: { isolated: {} } }))).toEqual([
      'profile_unknown /: did you mean `browser`?',
      'sandbox_unknown profiles.browser: did you mean `isolated`?',
    ]);
  });

  it('that name no sandbox where they have to are told by that', () => {
    const runtime = { profiles: { browser: { ...undeclared, sandbox: { mode: 'ref' as const } } } };
    expect(checkProfiles(planOf(runtime), { noSandbox: false })).toMatchObject([
      { gate: 'sandbox_unknown', subject: 'profiles.browser', reasons: ['it names no sandbox'] },
    ]);
  });

  it('`default` need not be declared', () => {
    expect(gatesOf(planOf({ components: { '/': { profile: 'default' } } }))).toEqual([]);
  });

  it('without a sandbox take --no-sandbox, where there is a program', () => {
    const runtime = { profiles: { default: none } };
    expect(gatesOf(planOf(runtime))).toEqual([expect.stringMatching(/^sandbox_required \/: pass `--no-sandbox`/)]);
    expect(gatesOf(planOf(runtime), true)).toEqual([]);
    expect(gatesOf(planOf(runtime, null))).toEqual([]);
  });

  it('name ways out that grant something', () => {
    const runtime = { profiles: { default: ref('s') }, sandboxes: { s: { egress: ['a.example:443', 'a.example:0'] } } };
    expect(gatesOf(planOf(runtime))).toEqual([expect.stringMatching(/^egress_invalid sandboxes\.s/)]);
  });
});

describe('000-13 the warning of a plan', () => {
  it('names each profile once, and is one', () => {
    const asks: PlanProfile = { ...undeclared, permissions: 'approve-all' };
    const plan = {
      components: ['/', '/a', '/b'].map((moniker) => ({ moniker, program: {} })),
      runtime: {
        components: { '/a': { profile: 'p' } },
        profiles: { default: asks, p: { ...asks, sandbox: { mode: 'ref', ref: 's' } } },
      },
    } as unknown as DeploymentPlan;
    expect(planWarning(plan)?.reasons).toEqual([
      'profile `default`: `approve-all` takes `runtime.mode: evidence` and `sandbox.mode: ref`, so `approve-reads` counts',
      'profile `p`: `approve-all` takes `runtime.mode: evidence`, so `approve-reads` counts',
    ]);
    const told: unknown[] = [];
    const warn = oneWarning((warning) => told.push(warning));
    for (const warning of [undefined, planWarning(plan), planWarning(plan)]) warn(warning);
    expect(told).toHaveLength(1);
  });
});

describe('what is warm', () => {
  const base = { name: 'p', profile: ref('s'), sandbox: { name: 's', cacheMiB: 2 } };

  it('is keyed by environment, profile and sandbox, all of them', () => {
    const keys = [
      warmKey('local', base),
      warmKey('lab', base),
      warmKey('local', { ...base, name: 'q' }),
      warmKey('local', { ...base, profile: { ...base.profile, guidance: 'x' } }),
      warmKey('local', { ...base, sandbox: { ...base.sandbox, processes: 3 } }),
      warmKey('local', { ...base, sandbox: { ...base.sandbox, name: 't' } }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(warmKey('local', { ...base })).toBe(keys[0]);
  });

  it('has a size, and less where the budget says less', () => {
    expect(cacheOf('local', undefined)).toBeUndefined();
    expect(cacheOf('local', { ...base, sandbox: { name: 's' } })).toBeUndefined();
    expect(cacheOf('local', base)?.bytes).toBe(2 * 1024 * 1024);
    const poor = { ...base, profile: { ...base.profile, budget: { localDiskBytes: 1000 } } };
    expect(cacheOf('local', poor)?.bytes).toBe(1000);
  });
});
