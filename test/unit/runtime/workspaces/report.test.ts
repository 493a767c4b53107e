import { describe, expect, it } from 'vitest';
import type { HistoryStatus } from '../../../../src/ir/workspace-status.ts';
import { toldOn } from '../../../../src/runtime/workspaces/report.ts';

const at = (outcome: HistoryStatus['outcome'], head = 'a'): HistoryStatus => ({
  outcome,
  head,
  branch: 'refs/heads/main',
  kept: [],
});

describe('what became of commits, told by a finalize that is tried again', () => {
  it('is what the one before did, as long as the branch is where that has put it', () => {
    expect(toldOn(at('merged'), at('unchanged'))).toEqual(at('merged'));
    expect(toldOn(at('merged'), at('fast_forward'))).toEqual(at('fast_forward'));
    expect(toldOn(at('merged'), at('unchanged', 'b'))).toEqual(at('unchanged', 'b'));
  });
  it('is what it did itself where there was none before, and nothing for a folder', () => {
    expect(toldOn(undefined, at('unchanged'))).toEqual(at('unchanged'));
    expect(toldOn(undefined, undefined)).toBeUndefined();
    expect(toldOn(at('merged'), undefined)).toBeUndefined();
  });
});
