/** The copy that components are to work on: its effect is had when its marker stands there. */
import { copyNamed } from '../../ir/action.ts';
import { copyOf } from '../run-context.ts';
import { findCopy, prepareCopy } from '../workspaces/prepare.ts';
import type { Handler } from './handler.ts';

export const workspacePrepare: Handler = {
  replay: 'check',
  undo: 'workspace.teardown',
  reconcile: async (run, left) => {
    const copy = run.workspaces.copies.find(({ id }) => id === copyNamed(left.action));
    const found = copy && (await findCopy(run.workspaces, copy, left));
    return found ? { state: 'succeeded', workspace: found } : { state: 'cancelled' };
  },
  perform: async (run, action, on) => {
    const fault = await prepareCopy(run.workspaces, copyOf(run, action), on);
    if (!fault) return true;
    const { code, message, remedy } = fault;
    run.refuse([{ gate: code, subject: copyNamed(action), reasons: [message], remedy }]);
    return false;
  },
};
