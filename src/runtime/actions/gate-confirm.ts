/** Waits until everything is answered that a task has asked to be confirmed. What needs the task begins only when all of it was accepted. */
import type { Action } from '../../ir/action.ts';
import { rejectedText } from '../interactions/rejected.ts';
import { confirmationsOf, type Interaction } from '../journal/interactions.ts';
import { recorded } from '../journal/record.ts';
import type { RunContext } from '../run-context.ts';
import { endedWithItsProcess, type Handler } from './handler.ts';

export const gateConfirm: Handler = {
  // Answers stand in the journal, and are looked at again.
  replay: 'safe',
  undo: null,
  reconcile: endedWithItsProcess,
  perform: async (run, action, on) => {
    if (run.stopping.aborted) return false;
    const waitsFor = asked(run, action).flatMap(({ id, state }) => (state === 'open' ? [id] : []));
    return recorded(run.record, action, on, waitsFor.length === 0 ? {} : { waitsFor }, async () => {
      for (;;) {
        const all = asked(run, action);
        const rejected = all.find(({ state }) => state === 'rejected');
        if (rejected) return { value: false, fault: rejectedText(rejected) };
        if (all.every(({ state }) => state === 'accepted')) return { value: true };
        if (run.stopping.aborted) return { value: false, cancelled: true };
        await run.interactions.changed(run.stopping);
      }
    });
  },
};

/** What it asked before it was run again is about what it did before. */
const asked = ({ state, interactions }: RunContext, { target }: Action): readonly Interaction[] =>
  confirmationsOf(state(), target ?? '', interactions.generationOf(target ?? ''));
