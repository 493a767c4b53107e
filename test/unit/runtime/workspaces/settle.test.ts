import { describe, expect, it } from 'vitest';
import type { CopyOf } from '../../../../src/plan/workspaces/copies.ts';
import type { CopyRecord } from '../../../../src/runtime/journal/copies.ts';
import type { RunState } from '../../../../src/runtime/journal/fold.ts';
import { settleCopies } from '../../../../src/runtime/workspaces/settle.ts';

const copy = { id: 'src', users: ['/a', '/b'], tasks: ['/a', '/b'], services: [] } as unknown as CopyOf;
const [prepare, finalize] = ['workspace.prepare:workspaces.src', 'workspace.finalize:workspaces.src'] as const;
const [a, b] = ['task.run:/a', 'task.run:/b'] as const;

/** What is done and failed afterwards. */
function settle(known: Partial<CopyRecord> | undefined, done: readonly string[], failed: readonly string[] = []) {
  const ended = (id: string) => [id, { phase: 'over', state: 'succeeded' }] as const;
  const state = {
    copies: new Map(known ? [['src', { prepared: true, finalize: 'pending', ...known }]] : []),
    actions: new Map([a, b].filter((id) => done.includes(id)).map(ended)),
  } as unknown as RunState;
  const left = { runId: 'r', copies: [copy], state, done: new Set(done), failed: new Set(failed) };
  const blocked = settleCopies(left);
  return { done: [...left.done].sort(), failed: [...left.failed], gates: blocked.map(({ gate }) => gate) };
}

describe('a copy that an earlier process left', () => {
  it('is worked on further where one of its users has not ended, and is finalized after that', () => {
    expect(settle({}, [prepare, a])).toEqual({ done: [a, prepare].sort(), failed: [], gates: [] });
  });
  it('is made anew where nobody has worked in it yet, since its source may be another by now', () => {
    expect(settle({}, [prepare])).toEqual({ done: [], failed: [], gates: [] });
  });
  it('is made anew where it was finalized or given up, and somebody is to work again; finalized anew, too', () => {
    expect(settle({ finalize: 'succeeded' }, [prepare, finalize, a])).toEqual({ done: [a], failed: [], gates: [] });
    expect(settle({ finalize: 'abandoned' }, [prepare, a])).toEqual({ done: [a], failed: [], gates: [] });
  });
  it('is not made again for a finalize alone, which would find that nothing was done', () => {
    expect(settle({ prepared: false }, [a, b])).toEqual({ done: [a, b, prepare].sort(), failed: [], gates: [] });
  });
  it('closes the run where it is gone with what somebody did in it', () => {
    expect(settle({ prepared: false }, [a])).toMatchObject({ gates: ['workspace_gone'] });
    expect(settle(undefined, [])).toMatchObject({ gates: [] });
  });
  it('that was given up releases nobody', () => {
    expect(settle({ finalize: 'abandoned' }, [a, b, finalize])).toEqual({
      done: [a, b, prepare].sort(),
      failed: [finalize],
      gates: [],
    });
  });
});
