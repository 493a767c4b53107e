import { describe, expect, it } from 'vitest';
import { createLedger } from '../../../../src/runtime/budgets/ledger.ts';
import { reportUsage, type UsageReport } from '../../../../src/runtime/budgets/model-usage.ts';

const edges = [{ id: '/a.model', consumer: '/a' }];
const planned = (modelCalls: number, tokens: number) =>
  createLedger(
    [
      { profile: 'p', budget: 'modelCalls', limit: modelCalls, kept: 'metered' },
      { profile: 'p', budget: 'tokens', limit: tokens, kept: 'metered' },
    ],
    [],
  );
const tell = (ledger: ReturnType<typeof planned>, report: UsageReport, of = edges) =>
  reportUsage(report, of, ledger, () => 'p');

describe('what an interposer tells of a model', () => {
  it('counts for who asks over the edge, and is answered with what is left', () => {
    const ledger = planned(2, 100);
    expect(tell(ledger, { calls: 1 })).toEqual({ left: { modelCalls: 1, tokens: 100 } });
    expect(tell(ledger, { tokens: 30, unmeasured: 1 })).toEqual({ left: { modelCalls: 1, tokens: 70 } });
    expect(ledger.rows()).toMatchObject([{ used: 1 }, { used: 30, unmeasured: 1 }]);
  });

  it('is refused one call too many, which is not counted', () => {
    const ledger = planned(1, 100);
    tell(ledger, { calls: 1 });
    expect(tell(ledger, { calls: 1 })).toEqual({ refused: 'budget', budget: 'modelCalls', limit: 1 });
    expect(ledger.spent()).toMatchObject({ budget: 'modelCalls', component: '/a', used: 1 });
  });

  it('is refused a call where no token is left, told with it or before', () => {
    const ledger = planned(9, 100);
    expect(tell(ledger, { calls: 1, tokens: 99 })).toMatchObject({ left: { tokens: 1 } });
    expect(tell(ledger, { calls: 1, tokens: 1 })).toEqual({ refused: 'budget', budget: 'tokens', limit: 100 });
    expect(ledger.rows()).toMatchObject([{ used: 1 }, { used: 100 }]);
    expect(ledger.spent()).toMatchObject({ budget: 'tokens', used: 100 });
  });

  it('is refused for an edge on which it does not sit, and where it does not say which of several', () => {
    const ledger = planned(9, 100);
    const two = [...edges, { id: '/b.model', consumer: '/b' }];
    expect(tell(ledger, { edge: '/b.model', calls: 1 })).toEqual({ refused: 'edge' });
    expect(tell(ledger, { calls: 1 }, two)).toEqual({ refused: 'edge' });
    expect(tell(ledger, { calls: 1 }, [])).toEqual({ refused: 'edge' });
    expect(tell(ledger, { edge: '/b.model', calls: 1 }, two)).toMatchObject({ left: { modelCalls: 8 } });
    expect(ledger.rows()[0]?.used).toBe(1);
  });
});
