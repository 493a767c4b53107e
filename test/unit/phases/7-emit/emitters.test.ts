import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import {
  emitKinds,
  emitPlan,
  isEmitKind,
  outputs,
  type PlanKind,
  planKinds,
} from '../../../../src/phases/7-emit/emitters.ts';
import { compileFiles, onEdge, policy, scenarioWith, server } from '../../../support/policy-scenario.ts';

const files = { 'scenario.yaml': scenarioWith({ a: './policy.yaml' }), 'server.yaml': server, 'policy.yaml': policy };
/** Of which a container can be made as well. */
const image = 'python:3.11-slim';
const runtime = { components: { '/server': { image }, '/__overlay_0_0': { image } } };
const { compiled } = await compileFiles(files, () => ({ interpositions: [onEdge(0)] }), { runtime });
const text = compiled?.planText ?? '';
/** Nothing is left of the compile but the file. */
const read = { plan: JSON.parse(text) as DeploymentPlan };

describe('an output of a plan', () => {
  it.each(planKinds)('is the same from a plan file as from the compile: %s', (kind) => {
    const said: Diagnostic[][] = [[], []];
    const late = emitPlan(kind, read, (d) => said[0]?.push(d));
    const early = compiled?.emit(kind, (d) => said[1]?.push(d));
    expect(late.size).toBeGreaterThan(0);
    expect([...late]).toEqual([...(early ?? [])]);
    expect(said[0]).toEqual(said[1]);
  });

  it.each([
    [
      'bundle',
      'emit("bundle"): this output is made while compiling, and not of a plan; kinds: compose, kubernetes, plan, plan-v1',
    ],
    [
      'plam',
      'emit("plam"): there is no such kind of output; did you mean `plan`? kinds: compose, kubernetes, plan, plan-v1',
    ],
    ['toString', 'emit("toString"): there is no such kind of output; kinds: compose, kubernetes, plan, plan-v1'],
  ])('is refused for %s, with the kinds that there are', (kind, message) => {
    expect(() => emitPlan(kind as PlanKind, read, () => {})).toThrow(new RangeError(message));
  });
});

describe('kinds of output', () => {
  it('stand in one list each, under the name that they have themselves', () => {
    expect(emitKinds.map((kind) => outputs[kind].kind)).toEqual(emitKinds);
    expect(planKinds.every(isEmitKind)).toBe(true);
  });
});
