import { describe, expect, it } from 'vitest';
import type { PlanProfile, PlanSandbox } from '../../../../src/ir/plan-profile-schema.ts';
import { limitsOf } from '../../../../src/plan/profiles/limits.ts';
import { type ProfileOf, undeclared } from '../../../../src/plan/profiles/profile-of.ts';

const found = (budget: PlanProfile['budget'], sandbox?: PlanSandbox): ProfileOf => ({
  name: 'p',
  profile: { ...undeclared, ...(budget ? { budget } : {}) },
  ...(sandbox ? { sandbox: { name: 's', ...sandbox } } : {}),
});
const GiB = 1024 ** 3;

describe('limits', () => {
  it('without a profile are those of the component', () => {
    expect(limitsOf(undefined, undefined)).toEqual({});
    expect(limitsOf({ memoryMiB: 8192, cpuSeconds: 3 }, undefined)).toEqual({ memoryMiB: 8192, cpuSeconds: 3 });
  });

  it('are what the sandbox allows, or less where the component says less', () => {
    const sandbox = { processes: 512, memoryMiB: 8192 };
    expect(limitsOf({}, found(undefined, sandbox))).toEqual({ processes: 512, memoryMiB: 8192 });
    expect(limitsOf({ processes: 3 }, found(undefined, sandbox))).toEqual({ processes: 3, memoryMiB: 8192 });
    expect(limitsOf({ processes: 600 }, found(undefined, sandbox))).toEqual({ processes: 512, memoryMiB: 8192 });
  });

  it('have every field of a budget that is of one component; the time of the run is watched by the run', () => {
    const budget = { wallClockSeconds: 60, cpuGpuComputeSeconds: 30, sandboxMemoryBytes: GiB, localDiskBytes: 1000 };
    expect(limitsOf({}, found(budget))).toEqual({
      cpuSeconds: 30,
      memoryMiB: 1024,
      diskBytes: 1000,
    });
    expect(limitsOf({ wallSeconds: 5, cpuSeconds: 50 }, found(budget))).toMatchObject({
      wallSeconds: 5,
      cpuSeconds: 30,
    });
  });

  it('are not wider for a budget', () => {
    expect(limitsOf({}, found({ sandboxMemoryBytes: 64 * GiB }))).toEqual({ memoryMiB: 4096 });
    expect(limitsOf({}, found({ sandboxMemoryBytes: 64 * GiB }, { memoryMiB: 8192 }))).toEqual({ memoryMiB: 8192 });
    expect(limitsOf({}, found({ sandboxMemoryBytes: 1 }))).toEqual({ memoryMiB: 1 });
  });
});
