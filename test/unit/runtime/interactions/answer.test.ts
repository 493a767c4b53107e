/** Who may be told yes, and when. */
import { describe, expect, it } from 'vitest';
import { type FinalizeState, finalizeStates } from '../../../../src/ir/workspace-status.ts';
import { type Answering, judgeAnswer } from '../../../../src/runtime/interactions/answer.ts';
import type { Interaction } from '../../../../src/runtime/journal/interactions.ts';

const one = (id: string, more: Partial<Interaction> = {}): Interaction => ({
  id,
  component: '/build',
  kind: 'request_confirmation',
  message: 'May I?',
  state: 'open',
  generation: 0,
  size: 6,
  ...more,
});
const all = new Map(
  [one('1'), one('2', { kind: 'suggest_tasks' }), one('3', { state: 'accepted' }), one('4', { state: 'rejected' })].map(
    (it) => [it.id, it],
  ),
);
const judge = (id: string, answer: Answering['answer'], finalize?: FinalizeState) =>
  judgeAnswer('RUN', all, { id, answer }, () => finalize);

describe('an answer', () => {
  it.each([
    ['pending', true],
    ['in_flight', true],
    ['failed', false],
    ['unknown', true],
  ] as const)('003-C1.5 a confirmation is not accepted while the finalize is %s', (state, retryable) => {
    expect(judge('1', 'accepted', state)).toEqual({
      fault: {
        code: 'workspace_not_finalized',
        state,
        retryable,
        message: expect.stringContaining('/build'),
        remedy: expect.any(String),
      },
    });
  });

  it('003-C1.11 whoever is refused is told the command that ends it', () => {
    const remedyOf = (state: FinalizeState): string => {
      const judged = judge('1', 'accepted', state);
      return 'fault' in judged ? judged.fault.remedy : '';
    };
    for (const state of ['pending', 'failed', 'unknown'] as const) {
      expect(remedyOf(state)).toContain('headgate finalize RUN /build --retry');
      expect(remedyOf(state)).toContain('headgate finalize RUN /build --abandon REASON');
    }
    expect(remedyOf('unknown')).toContain('headgate resume RUN');
  });

  it.each([undefined, 'succeeded', 'abandoned'] as const)('a confirmation is accepted where it is %s', (state) => {
    expect(judge('1', 'accepted', state)).toEqual({
      record: { event: 'interaction-answered', id: '1', answer: 'accepted' },
    });
  });

  it.each([undefined, ...finalizeStates])('003-C1.5 suggestions are accepted where it is %s', (state) => {
    expect(judge('2', 'accepted', state)).toHaveProperty('record.id', '2');
  });

  it.each([undefined, ...finalizeStates])('both are rejected where it is %s', (state) => {
    expect(judge('1', 'rejected', state)).toHaveProperty('record.answer', 'rejected');
    expect(judge('2', 'rejected', state)).toHaveProperty('record.answer', 'rejected');
  });

  it('is the same a second time, whatever became of the workspace, and never another', () => {
    expect(judge('3', 'accepted', 'failed')).toEqual({ known: all.get('3') });
    expect(judge('4', 'rejected', 'failed')).toEqual({ known: all.get('4') });
    expect(judge('3', 'rejected')).toHaveProperty('fault.code', 'interaction_answered');
    expect(judge('4', 'accepted')).toHaveProperty('fault.code', 'interaction_answered');
  });

  it.each(['5', '', '01', '__proto__', 'toString', '1/accept'])('has to be to something that was asked: `%s`', (id) => {
    expect(judge(id, 'accepted')).toHaveProperty('fault.code', 'interaction_unknown');
  });

  it('keeps what was said with it', () => {
    expect(judgeAnswer('RUN', all, { id: '1', answer: 'rejected', reason: 'not now' }, () => undefined)).toEqual({
      record: { event: 'interaction-answered', id: '1', answer: 'rejected', reason: 'not now' },
    });
  });
});
