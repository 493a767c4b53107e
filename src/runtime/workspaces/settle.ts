/** What a process does about copies that earlier ones of the run left: from who is going to work in them, and what was finalized. */
import { actionId, copyAction } from '../../ir/action.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { CopyOf } from '../../plan/workspaces/copies.ts';
import type { RunState } from '../journal/fold.ts';
import { abandonOf } from './faults.ts';
import { startsOf } from './starts-of.ts';
import { endOfUser } from './state-of.ts';

export interface CopiesLeft {
  readonly runId: string;
  readonly copies: readonly CopyOf[];
  readonly state: RunState;
  /** Actions whose effect is there, and those that have ended and not well: corrected here. */
  readonly done: Set<string>;
  readonly failed: Set<string>;
}

/** O(copies + their users). */
export const settleCopies = (left: CopiesLeft): readonly Blocked[] =>
  left.copies.flatMap((copy) => settleOne(left, copy));

function settleOne({ runId, state, done, failed }: CopiesLeft, copy: CopyOf): readonly Blocked[] {
  const prepare = actionId(copyAction('workspace.prepare', copy.id));
  const finalize = actionId(copyAction('workspace.finalize', copy.id));
  const known = state.copies.get(copy.id);
  const isNeeded = startsOf(copy).some((id) => !done.has(id) && !failed.has(id));
  if (!isNeeded) {
    // A new one would hold nothing of what they did, and a finalize of it would say that there was nothing.
    done.add(prepare);
    if (known?.finalize === 'abandoned') {
      done.delete(finalize);
      failed.add(finalize);
    }
    return [];
  }
  done.delete(finalize);
  // Nobody has worked in it, and its source may have become another since.
  const isUntouched = startsOf(copy).every((id) => {
    const { attempt = 0, state: end } = state.actions.get(id) ?? {};
    return !done.has(id) && (attempt === 0 || (attempt === 1 && end === 'skipped'));
  });
  if (isUntouched) done.delete(prepare);
  if (known?.finalize === 'succeeded' || known?.finalize === 'abandoned') {
    done.delete(prepare);
    return [];
  }
  const isWorkLost =
    known !== undefined &&
    !done.has(prepare) &&
    copy.tasks.some((moniker) => endOfUser(state, moniker, true) === 'succeeded');
  return isWorkLost ? [copyLost(runId, copy)] : [];
}

const copyLost = (run: string, copy: CopyOf): Blocked => ({
  gate: 'workspace_gone',
  subject: copy.id,
  reasons: ['its copy is not there any more, with what was done in it and is not in its source'],
  remedy: `put the state folder back as it was; or \`${abandonOf(run, copy)}\`, and let its tasks run again with --redo`,
});
