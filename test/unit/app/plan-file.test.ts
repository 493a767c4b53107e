import { expect, it } from 'vitest';
import { parsePlan } from '../../../src/app/plan-file.ts';
import { digestOf } from '../../../src/base/digest.ts';
import { canonicalJson, type JsonObject } from '../../../src/base/json.ts';
import { compileFiles, server } from '../../support/policy-scenario.ts';

const { compiled } = await compileFiles({ 'scenario.yaml': server }, () => ({ interpositions: [] }));

/** With a digest that is right. */
function textOf(change: (plan: Record<string, unknown>) => void): string {
  const { planDigest: _, ...plan } = JSON.parse(compiled?.planText ?? '') as Record<string, unknown>;
  change(plan);
  return canonicalJson({ ...plan, planDigest: digestOf(canonicalJson(plan as JsonObject)) } as JsonObject);
}

it('reads a plan', () => {
  expect(
    parsePlan(
      textOf(() => {}),
      'p.json',
    ),
  ).toEqual(compiled?.plan);
});

it.each([
  ['a field is missing', (plan: Record<string, unknown>) => delete plan['edges']],
  ['a field has another type', (plan: Record<string, unknown>) => Object.assign(plan, { components: {} })],
  ['there is a field that plans do not have', (plan: Record<string, unknown>) => Object.assign(plan, { more: 1 })],
])('refuses what is not a plan although its digest is right: %s', (_, change) => {
  const read = (): unknown => parsePlan(textOf(change), 'p.json');
  expect(read).toThrow('`p.json` is not a plan: its digest matches, but it does not say what a plan of version 1 says');
});
