/** Whether a copy of services is finalized now that those have stopped. */
import type { Action } from '../../ir/action.ts';
import { copyOf, type RunContext } from '../run-context.ts';
import { isWorkDone } from './state-of.ts';

/** Somebody has worked in it, and nobody failed at it: what was cut off or broken stays in its copy until somebody says what is to become of it. */
export function mayFinalizeAtEnd(run: RunContext, action: Action): boolean {
  const copy = copyOf(run, action);
  const state = run.state();
  if (state.copies.get(copy.id)?.prepared !== true || !isWorkDone(state, copy)) return false;
  const lives = copy.services.flatMap((moniker) => run.lives.get(moniker) ?? []);
  return lives.some((life) => life.isBegun()) && lives.every((life) => life.status().state !== 'failed');
}
