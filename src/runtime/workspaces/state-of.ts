/** How far a copy has come, from the journal alone. */
import { actionId } from '../../ir/action.ts';
import type { FinalizeState } from '../../ir/workspace-status.ts';
import type { CopyOf } from '../../plan/workspaces/copies.ts';
import type { RunState } from '../journal/fold.ts';

/** `lives`: a process drives the run, or is at work on what it left. */
export function finalizeStateOf({ copies }: Pick<RunState, 'copies'>, id: string, lives: boolean): FinalizeState {
  const state = copies.get(id)?.finalize ?? 'pending';
  // Whoever began it is gone, and nobody has looked since.
  return state === 'begun' ? (lives ? 'in_flight' : 'unknown') : state;
}

/** How the last attempt of a component ended; undefined while it goes on, or was never begun. */
export function endOfUser(
  { actions }: Pick<RunState, 'actions'>,
  moniker: string,
  isTask: boolean,
): string | undefined {
  const type = isTask ? 'task.run' : 'process.start';
  const record = actions.get(actionId({ type, target: moniker }));
  return record?.phase === 'over' ? record.state : undefined;
}

/** Everything that was to be done in it was done in order: what is missing is that it is taken over. */
export const isWorkDone = (state: Pick<RunState, 'actions'>, { tasks }: CopyOf): boolean =>
  tasks.every((moniker) => endOfUser(state, moniker, true) === 'succeeded');
