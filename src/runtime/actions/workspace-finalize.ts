/** What was done in a copy goes into its source. Whoever needs that waits for it, and for nothing of anybody else. */
import { copyOf } from '../run-context.ts';
import { finalizeCopy } from '../workspaces/finalize.ts';
import type { Handler } from './handler.ts';

export const workspaceFinalize: Handler = {
  replay: 'check',
  undo: null,
  // Begun and never ended, it is done once more: what lay ready is applied to its end.
  reconcile: async (_, { state }) =>
    state === 'succeeded' ? { state } : { state: 'failed', exit: 'headgate was ended while it was under way' },
  perform: async (run, action, on) => (await finalizeCopy(run.workspaces, copyOf(run, action), on)) === undefined,
};
