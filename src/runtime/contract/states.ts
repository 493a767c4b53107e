/** The states of a run and of its actions, in the words of contracts. From the journal alone: whether somebody still runs it is not in there. */
import type { TaskState } from '../../language/contract/vocabulary.ts';
import type { Outcome } from '../gate/outcome.ts';
import type { ActionRecord, RunState } from '../journal/fold.ts';

const ofOutcome: Readonly<Record<Outcome['state'], TaskState>> = {
  COMPLETE: 'completed',
  BLOCKED: 'failed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
};

export function stateOfRun({ outcome, startedAt, actions }: RunState): TaskState {
  if (outcome) return ofOutcome[outcome.state];
  if (startedAt === undefined) return 'queued';
  return [...actions.values()].some(({ phase }) => phase === 'waiting') ? 'retrying' : 'running';
}

/** What has no end in the journal goes on while the run does; it ended with the run, and nobody wrote down how. */
export function stateOfAction({ action, state, phase }: ActionRecord, { outcome }: RunState): TaskState {
  if (phase === 'waiting') return outcome ? 'cancelled' : 'retrying';
  switch (state) {
    case undefined:
      return outcome ? 'failed' : phase === 'over' ? 'retrying' : 'running';
    case 'succeeded':
      // A service that is up has had its effect, and lives on.
      return action.type === 'process.start' && phase === 'up' && !outcome ? 'running' : 'completed';
    case 'cancelled':
    case 'skipped':
      return 'cancelled';
    case 'failed':
    case 'unknown':
      return 'failed';
  }
}
