/** What does not hold of a run, whatever its contract says. */
import { expect, it } from 'vitest';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { overstatedOf } from '../../../../src/runtime/contract/overstated.ts';

const profile = (mode: string): object => ({
  runtime: { mode: 'default' },
  sandbox: { mode },
  permissions: 'deny-all',
});
const plan = {
  components: [
    { moniker: '/', program: null },
    { moniker: '/a', program: {} },
    { moniker: '/b', program: {} },
  ],
  runtime: {
    components: { '/': { profile: 'host' }, '/a': { profile: 'host' } },
    profiles: { host: profile('none'), default: profile('inherit') },
  },
} as unknown as DeploymentPlan;

it('004-4: a program without a sandbox is named, and nothing else is', () => {
  expect(overstatedOf(plan, {}).map(({ component }) => component)).toEqual(['/a']);
  expect(overstatedOf({ ...plan, runtime: {} } as DeploymentPlan, {})).toEqual([]);
});

it.each(['compose', 'kubernetes'] as const)(
  '004-4: of a run on %s its budgets and what holds its programs are said to be others',
  (kind) => {
    const [one, ...more] = overstatedOf(plan, { on: { kind } });
    expect(more).toEqual([]);
    expect(one).toMatchObject({ component: 'run' });
    expect(one?.reason).toContain(`it is on ${kind}, where of its budgets only \`wallClockSeconds\` is kept`);
  },
);
