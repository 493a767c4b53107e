/** How the components of a run stand, by its journal. */
import { type ActionRecord, endedWithHeadgate, type RunState } from './journal/fold.ts';
import type { ProfileSummary } from './profiles/summary.ts';
import { isStart } from './scheduler/graph.ts';

/** `RUNNING` and `INTERRUPTED` (its headgate is gone, and it can be resumed), or how it ended. */
export type RunStateName = 'RUNNING' | 'INTERRUPTED' | 'COMPLETE' | 'BLOCKED' | 'FAILED' | 'CANCELLED' | 'CORRUPT';

export interface ComponentSummary {
  readonly moniker: string;
  readonly task: boolean;
  readonly state: 'starting' | 'ready' | 'restarting' | 'finished' | 'failed' | 'stopped' | 'skipped' | 'unknown';
  readonly pid: number | null;
  readonly restarts: number;
  readonly lastExit: string | null;
  /** Absent where only the journal was looked at. */
  readonly profile?: ProfileSummary;
}

export function componentsOf({ actions, on }: RunState, run: RunStateName): readonly ComponentSummary[] {
  return [...actions.values()]
    .filter(({ action }) => isStart(action))
    .map((record) => {
      const one = summaryOf(record);
      if (run === 'RUNNING') return one;
      return on !== undefined && run === 'INTERRUPTED' ? unheard(one) : endedUnheard(one, run);
    })
    .sort((a, b) => (a.moniker < b.moniker ? -1 : 1));
}

function summaryOf(record: ActionRecord): ComponentSummary {
  const state = stateOf(record);
  return {
    moniker: record.action.target ?? '',
    task: record.action.type === 'task.run',
    state,
    pid: state === 'ready' ? (record.pid ?? null) : null,
    restarts: record.restarts,
    lastExit: record.lastExit ?? null,
  };
}

/** The place that runs it needs nobody for that. */
const unheard = (one: ComponentSummary): ComponentSummary =>
  one.state === 'starting' || one.state === 'ready' || one.state === 'restarting' ? { ...one, state: 'unknown' } : one;

/** Its last end in the journal is older than the one that nobody wrote down. A task may have come to its own end before. */
function endedUnheard(one: ComponentSummary, run: RunStateName): ComponentSummary {
  if (one.state === 'restarting') return { ...one, state: 'stopped', pid: null };
  if (one.state !== 'starting' && one.state !== 'ready') return one;
  const lastExit = run === 'INTERRUPTED' ? endedWithHeadgate : 'it ended with the run';
  return { ...one, state: 'stopped', pid: null, lastExit: one.task ? null : lastExit };
}

/** A task that runs is `starting` until it has ended: nobody waits for it to be ready. */
function stateOf({ state, phase, action }: ActionRecord): ComponentSummary['state'] {
  if (phase === 'waiting') return 'restarting';
  switch (state) {
    case undefined:
      return phase === 'up' && action.type !== 'task.run' ? 'ready' : 'starting';
    case 'succeeded':
      return phase === 'up' ? 'ready' : 'finished';
    case 'cancelled':
      return 'stopped';
    default:
      return state;
  }
}
