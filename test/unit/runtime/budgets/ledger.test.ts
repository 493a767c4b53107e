import { describe, expect, it } from 'vitest';
import type { BudgetName, BudgetUse, BudgetWay } from '../../../../src/ir/budget.ts';
import { createLedger } from '../../../../src/runtime/budgets/ledger.ts';

const planned = (budget: BudgetName, limit: number, kept: BudgetWay = 'metered') => ({
  profile: 'p',
  budget,
  limit,
  kept,
});
const account = (budget: BudgetName, component = '/a') => ({ profile: 'p', budget, component });

describe('a ledger', () => {
  it('admits as much as there is, and says who wanted more', () => {
    const ledger = createLedger([planned('modelCalls', 2)], []);
    expect([1, 2, 3].map(() => ledger.admit(account('modelCalls'), 1))).toEqual([true, true, false]);
    expect(ledger.spent()).toEqual({ budget: 'modelCalls', profile: 'p', component: '/a', used: 2, limit: 2 });
  });

  it('is never out of what nobody keeps, whatever was counted of some of it', () => {
    const ledger = createLedger([planned('sandboxMemoryBytes', 2, 'unsupported')], []);
    ledger.kept('p', 'sandboxMemoryBytes', 'metered');
    ledger.hold(account('sandboxMemoryBytes'), '/a 0', 3);
    expect(ledger.spent()).toBeUndefined();
    expect(ledger.rows()).toMatchObject([{ used: 3, kept: 'unsupported' }]);
  });

  it('is out of time when all of it is gone, and of tokens when more was taken', () => {
    const time = createLedger([planned('cpuGpuComputeSeconds', 2)], []);
    time.add(account('cpuGpuComputeSeconds'), 1.5);
    expect(time.spent()).toBeUndefined();
    time.add(account('cpuGpuComputeSeconds'), 0.5);
    expect(time.spent()?.used).toBe(2);
    const tokens = createLedger([planned('tokens', 2)], []);
    tokens.add(account('tokens'), 2);
    expect(tokens.spent()).toBeUndefined();
    tokens.add(account('tokens'), 1);
    expect(tokens.spent()?.used).toBe(3);
  });

  it('adds up what is held at once under all keys, and keeps the most', () => {
    const ledger = createLedger([planned('sandboxMemoryBytes', 100)], []);
    const memory = account('sandboxMemoryBytes');
    ledger.hold(memory, 'a', 60);
    ledger.hold(memory, 'b', 40);
    ledger.hold(memory, 'a', 10);
    expect(ledger.spent()).toBeUndefined();
    expect(ledger.rows()[0]?.used).toBe(100);
    ledger.hold(memory, 'b', 91);
    expect(ledger.spent()?.used).toBe(101);
  });

  it('takes a disk that is full for one that is used up', () => {
    const ledger = createLedger([planned('localDiskBytes', 100)], []);
    ledger.hold(account('localDiskBytes'), '/x', 99);
    expect(ledger.spent()).toBeUndefined();
    ledger.hold(account('localDiskBytes'), '/x', 100);
    expect(ledger.spent()?.used).toBe(100);
  });

  it('goes on with what was written down', () => {
    const before: BudgetUse = { profile: 'p', budget: 'tokens', used: 7, limit: 10, kept: 'metered', unmeasured: 1 };
    const ledger = createLedger([planned('tokens', 10)], [before]);
    ledger.add(account('tokens'), 2);
    ledger.unmeasured('p', 1);
    expect(ledger.rows()).toEqual([{ ...before, used: 9, unmeasured: 2 }]);
  });

  it('counts what has no limit, and is never out of it; nor of what nobody keeps', () => {
    const ledger = createLedger([planned('connectorCalls', 1, 'unsupported')], []);
    for (let time = 0; time < 3; time++) expect(ledger.admit(account('connectorCalls'), 1)).toBe(true);
    ledger.add(account('tokens'), 5);
    expect(ledger.spent()).toBeUndefined();
    expect(ledger.rows()).toEqual([
      { profile: 'p', budget: 'connectorCalls', used: 3, limit: 1, kept: 'unsupported' },
      { profile: 'p', budget: 'tokens', used: 5, limit: null, kept: 'metered' },
    ]);
  });

  it('names the first that ran out', () => {
    const ledger = createLedger([planned('modelCalls', 0), planned('tokens', 1)], []);
    ledger.exhaust(account('tokens', '/b'));
    ledger.admit(account('modelCalls'), 1);
    expect(ledger.spent()).toEqual({ budget: 'tokens', profile: 'p', component: '/b', used: 1, limit: 1 });
  });
});
