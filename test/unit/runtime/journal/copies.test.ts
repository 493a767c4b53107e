import { describe, expect, it } from 'vitest';
import { copyAction } from '../../../../src/ir/action.ts';
import type { Entry } from '../../../../src/language/journal/entry.ts';
import { fold } from '../../../../src/runtime/journal/fold.ts';
import { start } from './entries.ts';

const of = (
  type: 'workspace.prepare' | 'workspace.finalize' | 'workspace.teardown',
  kind: string,
  data: object,
): Entry => {
  const action = copyAction(type, 'src');
  return { type: kind, action, actionId: `${type}:${action.target}`, attempt: 1, data } as unknown as Entry;
};
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const prepared = of('workspace.prepare', 'outcome', {
  state: 'succeeded',
  workspace: { baseline: digest('1'), identity: 'sha256:i', git: digest('2') },
});
const begun = of('workspace.finalize', 'intent', {});
const staged = of('workspace.finalize', 'progress', { event: 'staged', merge: digest('3'), staging: '/s' });
const told = (...entries: Entry[]) => fold([start(), ...entries]).copies.get('src');

describe('what the journal says of a copy', () => {
  it('is that it was made, of what, and that nobody has tried to take it over', () => {
    expect(told(prepared)).toEqual({
      prepared: true,
      finalize: 'pending',
      baseline: digest('1'),
      identity: 'sha256:i',
      git: digest('2'),
    });
  });
  it('keeps what lay ready, as long as nobody says that it was applied', () => {
    expect(told(prepared, begun, staged)).toMatchObject({
      finalize: 'begun',
      staged: { merge: digest('3'), staging: '/s' },
    });
    const cutOff = of('workspace.finalize', 'reconciled', { state: 'failed', exit: 'ended' });
    expect(told(prepared, begun, staged, cutOff)).toMatchObject({
      finalize: 'failed',
      reason: 'ended',
      staged: { merge: digest('3') },
    });
    const failed = of('workspace.finalize', 'outcome', {
      state: 'failed',
      fault: 'both',
      workspace: { report: digest('4'), code: 'workspace_conflict', remedy: 'resolve' },
    });
    const after = told(prepared, begun, staged, failed);
    expect(after).toMatchObject({
      finalize: 'failed',
      code: 'workspace_conflict',
      report: digest('4'),
      remedy: 'resolve',
    });
    expect(after?.staged).toBeUndefined();
  });
  it('is over when it was taken over, given up or taken away; one that is made anew has no past', () => {
    const done = of('workspace.finalize', 'outcome', { state: 'succeeded', workspace: { report: digest('4') } });
    expect(told(prepared, begun, staged, done)).toMatchObject({ finalize: 'succeeded', report: digest('4') });
    const abandoned = of('workspace.finalize', 'outcome', { state: 'cancelled', workspace: { abandoned: 'why' } });
    expect(told(prepared, begun, staged, abandoned)).toMatchObject({ finalize: 'abandoned', reason: 'why' });
    const gone = of('workspace.teardown', 'outcome', { state: 'succeeded' });
    expect(told(prepared, begun, done, gone)).toMatchObject({ prepared: false, finalize: 'succeeded' });
    expect(told(prepared, begun, staged, done, gone, prepared)).toEqual(told(prepared));
  });
  it('names what has to be in the store', () => {
    const done = of('workspace.finalize', 'outcome', { state: 'succeeded', workspace: { report: digest('4') } });
    const { blobs } = fold([start(), prepared, begun, staged, done]);
    expect([...blobs].sort()).toEqual(['1', '2', '3', '4'].map(digest));
  });
});
