import { describe, expect, it } from 'vitest';
import type { PlanRuntime } from '../../../../src/ir/plan-runtime-schema.ts';
import { wallClockOf } from '../../../../src/runtime/budgets/watchdog.ts';

const profile = (wallClockSeconds?: number) => ({
  runtime: { mode: 'default' as const },
  sandbox: { mode: 'inherit' as const },
  permissions: 'deny-all' as const,
  ...(wallClockSeconds === undefined ? {} : { budget: { wallClockSeconds } }),
});
const of = (profiles: Record<string, number | undefined>, named: Record<string, string>) => {
  const runtime: PlanRuntime = {
    profiles: Object.fromEntries(Object.entries(profiles).map(([name, seconds]) => [name, profile(seconds)])),
    components: Object.fromEntries(Object.entries(named).map(([moniker, name]) => [moniker, { profile: name }])),
  };
  return wallClockOf({ components: [{ moniker: '/a' }, { moniker: '/b' }], runtime });
};

describe('the time that a run may take', () => {
  it('is the least that a profile of its components allows', () => {
    expect(of({ slow: 60, fast: 5 }, { '/a': 'slow', '/b': 'fast' })).toEqual({ seconds: 5, profile: 'fast' });
    expect(of({ slow: 60, fast: undefined }, { '/a': 'slow', '/b': 'fast' })).toEqual({ seconds: 60, profile: 'slow' });
  });

  it('is that of `default` as well, where a component names none', () => {
    expect(of({ default: 7, slow: 60 }, { '/a': 'slow' })).toEqual({ seconds: 7, profile: 'default' });
    expect(of({ default: 7, slow: 60 }, { '/a': 'slow', '/b': 'slow' })).toEqual({ seconds: 60, profile: 'slow' });
  });

  it('is not bounded where nobody says', () => {
    expect(of({}, {})).toBeUndefined();
    expect(wallClockOf({ components: [{ moniker: '/a' }] })).toBeUndefined();
  });
});
