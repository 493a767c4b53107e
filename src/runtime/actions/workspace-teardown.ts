/** Takes a copy away, unless something of it is in no source yet; then it stays. */
import { copyOf } from '../run-context.ts';
import { teardownCopy } from '../workspaces/teardown.ts';
import { endedWithItsProcess, type Handler } from './handler.ts';

export const workspaceTeardown: Handler = {
  replay: 'safe',
  undo: null,
  reconcile: endedWithItsProcess,
  perform: async (run, action, on) => {
    await teardownCopy(run.workspaces, copyOf(run, action), on);
    return true;
  },
};
