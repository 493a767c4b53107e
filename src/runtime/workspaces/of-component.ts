/** What became of the own workspace of a component. */
import type { FinalizeState } from '../../ir/workspace-status.ts';
import { copiesOf, copyOfUser, type WorkspacePlan } from '../../plan/workspaces/copies.ts';
import type { RunState } from '../journal/fold.ts';

/** As the journal has them. */
interface Copies {
  readonly copies?: ReadonlyMap<
    string,
    { readonly finalize: 'pending' | 'begun' | 'succeeded' | 'failed' | 'abandoned' }
  >;
}

/** Undefined where it has none. `lives`: a process drives the run; where none does, nobody goes on with what was begun. */
export function finalizeOfComponent(
  state: Pick<RunState, 'actions'> & Copies,
  plan: WorkspacePlan,
  moniker: string,
  lives: boolean,
): FinalizeState | undefined {
  const copy = copyOfUser(copiesOf(plan), moniker);
  if (!copy) return undefined;
  const found = state.copies?.get(copy.id)?.finalize ?? 'pending';
  if (found !== 'begun') return found;
  return lives ? 'in_flight' : 'unknown';
}
