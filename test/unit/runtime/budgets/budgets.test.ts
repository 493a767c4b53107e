/** What a headgate that is killed leaves of a budget: whoever goes on with its run has what is left, and not all of it again. */
import { describe, expect, it } from 'vitest';
import type { BudgetUse, SpentBudget } from '../../../../src/ir/budget.ts';
import { createBudgets } from '../../../../src/runtime/budgets/budgets.ts';
import { createFakeClock } from '../../../support/run/fake-clock.ts';

const planOf = (wallClockSeconds: number) =>
  ({
    components: [{ moniker: '/a', program: {} }],
    edges: [],
    policies: [],
    runtime: {
      components: { '/a': { profile: 'p' } },
      profiles: { p: { sandbox: { mode: 'inherit' }, budget: { wallClockSeconds } } },
    },
  }) as never;

function begun(limit: number, before: readonly BudgetUse[] = []) {
  const clock = createFakeClock();
  const written: BudgetUse[][] = [];
  let spent: SpentBudget | undefined;
  const budgets = createBudgets({
    plan: planOf(limit),
    record: { run: (_: string, data: { budgets: BudgetUse[] }) => written.push(data.budgets) } as never,
    state: () => ({ usage: new Map(before.map((one) => [one.budget, one])) }) as never,
    clock,
  });
  budgets.begin((one) => {
    spent = one;
  });
  return { clock, written, budgets, spent: () => spent };
}

describe('the time of a run whose headgate is killed', () => {
  it('is written down while it goes on, and counts for whoever goes on with the run', async () => {
    const first = begun(600);
    await first.clock.advance(65_000);
    const [left = []] = first.written.slice(-1);
    expect(left).toMatchObject([{ budget: 'wallClockSeconds', limit: 600 }]);
    expect(left[0]?.used).toBeGreaterThanOrEqual(55);
    expect(left[0]?.used).toBeLessThanOrEqual(65);
    const second = begun(600, left);
    await second.clock.advance(534_000);
    expect(second.spent()).toBeUndefined();
    await second.clock.advance(12_000);
    expect(second.spent()).toMatchObject({ budget: 'wallClockSeconds', used: 600, limit: 600 });
  });

  it('takes no more than a hundred entries, however long it is', async () => {
    const { clock, written, spent } = begun(100_000);
    await clock.advance(50_000_000);
    expect(written.length).toBeGreaterThan(40);
    expect(written.length).toBeLessThan(60);
    expect(written.at(-1)?.[0]?.used).toBeGreaterThanOrEqual(49_000);
    expect(spent()).toBeUndefined();
  });

  it('is told once in all when it ends in order', async () => {
    const { clock, written, budgets } = begun(600);
    await clock.advance(25_500);
    budgets.end();
    expect(written.at(-1)).toMatchObject([{ used: 25.5 }]);
  });
});
