/** Copies whose changes nobody has taken over, so that a run is not complete. */
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { copiesOf } from '../../plan/workspaces/copies.ts';
import { isLate } from '../../plan/workspaces/needs.ts';
import type { Unfinalized } from '../gate/gate.ts';
import type { RunState } from '../journal/fold.ts';
import { retryOf } from './faults.ts';
import { finalizeStateOf, isWorkDone } from './state-of.ts';

/**
 * `over`: nothing of the run goes on, so that copies of services count as well. A copy whose task has failed is not finalized for that
 * reason, which is told by the task; one that was given up is missing nothing.
 */
export function unfinalizedIn(
  plan: DeploymentPlan,
  state: Pick<RunState, 'copies' | 'actions'>,
  run: { readonly id: string; readonly over: boolean },
): readonly Unfinalized[] {
  return copiesOf(plan).flatMap((copy): readonly Unfinalized[] => {
    const record = state.copies.get(copy.id);
    if (!record || (!run.over && isLate(copy))) return [];
    const at = finalizeStateOf(state, copy.id, true);
    if (at === 'succeeded' || at === 'abandoned') return [];
    if (at === 'pending' && (!record.prepared || !isWorkDone(state, copy))) return [];
    return [
      {
        workspace: copy.id,
        reason:
          record.reason === undefined
            ? 'what was done in its copy is not in its source'
            : `${record.code === undefined ? '' : `${record.code}: `}${record.reason}`,
        remedy: record.remedy ?? `\`${retryOf(run.id, copy)}\` takes it over`,
      },
    ];
  });
}

/** A finalize was tried, and did not go well. */
export const failedFinalize = ({ copies }: Pick<RunState, 'copies'>): boolean =>
  [...copies.values()].some(({ finalize }) => finalize === 'failed');
