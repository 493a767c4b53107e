/** Small probers that answer what a test says, and count how often they were asked. */
import type { PlanProbe } from '../../../src/ir/plan-probe-schema.ts';
import type { PlanRuntime } from '../../../src/ir/plan-runtime-schema.ts';
import type { ProbeContext, ProbeResult, Prober } from '../../../src/runtime/probes/probe.ts';

export const passes: ProbeResult = {
  passed: true,
  outcome: 'completed',
  summary: 'it is well',
  details: {},
  blobs: {},
};
export const fails: ProbeResult = { passed: false, outcome: 'completed', summary: 'it is not', details: {}, blobs: {} };
export const deferredResult: ProbeResult = {
  passed: null,
  outcome: 'deferred',
  summary: 'no browser',
  details: {},
  blobs: {},
};

/** A probe of the kind `test`, which a test brings. */
export const probe = (required = true, more: object = {}): PlanProbe =>
  ({ kind: 'test', required, ...more }) as unknown as PlanProbe;

export const runtimeOf = (
  probes: Readonly<Record<string, PlanProbe>>,
  completion?: PlanRuntime['completion'],
  more: Partial<PlanRuntime> = {},
): PlanRuntime => ({ ...more, probes, ...(completion ? { completion } : {}) }) as PlanRuntime;

export interface Scripted {
  readonly prober: Prober;
  /** Names of probes in the order in which they were asked. */
  readonly asked: readonly string[];
}

type Answer = ProbeResult | Error | ((context: ProbeContext) => Promise<ProbeResult> | ProbeResult);

/** By name; a list is answered one after the other, its last one again. */
export function scripted(answers: Readonly<Record<string, Answer | readonly Answer[]>>): Scripted {
  const asked: string[] = [];
  return {
    asked,
    prober: async (_, context) => {
      const all = [answers[context.name] ?? passes].flat() as readonly Answer[];
      const count = asked.filter((name) => name === context.name).length;
      asked.push(context.name);
      const answer = all[Math.min(count, all.length - 1)] as Answer;
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(context) : answer;
    },
  };
}

/** Of the plan: what a run requires, and what becomes of its services. */
export const completing = (then: 'stop' | 'stay', ...requires: string[]): NonNullable<PlanRuntime['completion']> => ({
  requires,
  then,
});
