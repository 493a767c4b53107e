import { expect, it } from 'vitest';
import { probeKinds } from '../../../../src/ir/plan-probe-schema.ts';
import { kinds } from '../../../../src/runtime/probes/kinds.ts';
import { testContext } from '../../../support/run/probe-context.ts';

it('every kind of the plan can be run, and no other is known', () => {
  expect(Object.keys(kinds).sort()).toEqual([...probeKinds].sort());
});

it('a kind is loaded when it is run', async () => {
  const found = await kinds.headless_run(
    { kind: 'headless_run', required: true, component: '/a', argv: ['b'], budgetSeconds: 1, expectExit: 0 },
    testContext(),
  );
  expect(found).toMatchObject({ passed: true, outcome: 'completed' });
});
