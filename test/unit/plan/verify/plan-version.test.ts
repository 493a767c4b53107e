/** Runs whose plan is in version 2 of its file. */
import { expect, it } from 'vitest';
import { canonicalJson, type JsonObject } from '../../../../src/base/json.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { anything, foldPlan } from '../../../support/folded-plan.ts';
import { type Files, forgeRun, sealFolder } from '../../../support/run/run-folder.ts';
import { refused, verify } from '../../../support/run/verified.ts';

const planIn = (files: Files): JsonObject => JSON.parse(String(files.get('plan.json'))) as JsonObject;

/** Sealed before it is changed: the statement is about the bytes that lie there. */
function folded(change: (file: Record<string, unknown>) => unknown = () => {}): Files {
  const files = forgeRun();
  const file = foldPlan(planIn(files), anything) as Record<string, unknown>;
  expect(file['version']).toBe(2);
  const put = (): Files => files.set('plan.json', Buffer.from(`${canonicalJson(file as JsonObject)}\n`));
  sealFolder(put());
  change(file);
  return put();
}

it('are verified, and compared with the plan that is given', () => {
  const plan = planIn(forgeRun()) as unknown as DeploymentPlan;
  const other = planIn(forgeRun({ plan: (one) => ({ ...one, sources: [] }) })) as unknown as DeploymentPlan;
  expect(verify(folded(), { plan })).toMatchObject({ refused: [], planDigest: plan.planDigest });
  expect(refused(folded(), { plan: other })).toEqual(['plan_differs plan.json']);
});

it.each([
  ['nothing is shared', (file: Record<string, unknown>) => delete file['shared'], '`/shared` is not a list'],
  [
    'a field is more',
    (file: Record<string, unknown>) => Object.assign(file, { more: 1 }),
    'it does not say what a plan',
  ],
  [
    'something else is shared',
    (file: Record<string, unknown>) =>
      Object.assign(file, { shared: (file['shared'] as unknown[]).map(() => ({ literal: 1 })) }),
    'its digest does not match its content',
  ],
])('are refused where %s', (_, change, reason) => {
  const found = verify(folded(change)).refused;
  expect(found.map(({ gate, subject }) => `${gate} ${subject}`)).toContain('plan_corrupt plan.json');
  expect(found.flatMap(({ reasons }) => reasons).join()).toContain(reason);
});
