/** What earlier processes of this run left in a place that goes on without them. */
import { exitText } from '../../base/exit-text.ts';
import { actionId } from '../../ir/action.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { Seen } from '../../ports/target.ts';
import type { Ended } from '../gate/gate.ts';
import type { Fold } from '../journal/fold.ts';
import type { Recorder } from '../journal/record.ts';
import { startOf } from '../scheduler/graph.ts';

export interface LeftOptions {
  readonly runId: string;
  readonly tasks: readonly string[];
  readonly seen: ReadonlyMap<string, Seen>;
  readonly known: Fold;
  readonly record: Recorder;
}

export interface LeftInPlace {
  /** Tasks that are over. */
  readonly ended: ReadonlyMap<string, Ended>;
  /** Tasks that go on, with the attempt that began them. */
  readonly running: ReadonlyMap<string, number>;
  readonly blocked: readonly Blocked[];
}

/** Services are simply looked at again; a task has its effect once. */
export function settleInPlace({ runId, tasks, seen, known, record }: LeftOptions): LeftInPlace {
  const ended = new Map<string, Ended>();
  const running = new Map<string, number>();
  const blocked: Blocked[] = [];
  for (const moniker of tasks) {
    const action = startOf({ moniker, restart: 'never' });
    const before = known.state().actions.get(actionId(action));
    if (!before || before.attempt === 0 || known.isAskedAgain(action)) continue;
    const one = seen.get(moniker);
    if (before.state === 'succeeded') ended.set(moniker, { status: 'finished', code: 0 });
    else if (before.state === 'failed' && before.ran) ended.set(moniker, failedWith(runId, moniker, before.exit));
    else if (before.state === undefined && one?.state === 'ended' && one.code !== null) {
      const exit = exitText(one.code, null);
      const state = one.code === 0 ? 'succeeded' : 'failed';
      record.tell('reconciled', action, before.attempt, { state, exit, from: 'its container' });
      ended.set(moniker, one.code === 0 ? { status: 'finished', code: 0 } : failedWith(runId, moniker, exit));
    } else if (before.state === undefined && one && one.state !== 'absent') running.set(moniker, before.attempt);
    else if (before.state !== 'skipped') blocked.push(unknown(runId, moniker, before.state === 'cancelled'));
  }
  return { ended, running, blocked };
}

const redoWith = (id: string, moniker: string): string => `\`headgate resume ${id} --redo ${moniker}\``;

const failedWith = (id: string, moniker: string, exit: string | undefined): Ended => ({
  status: 'failed',
  reason: `${exit ?? 'it failed'}; ${redoWith(id, moniker)} runs it again`,
});

const unknown = (id: string, moniker: string, wasCancelled: boolean): Blocked => ({
  gate: 'outcome_unknown',
  subject: moniker,
  reasons: [
    `${wasCancelled ? 'it was ended in the middle when the run was cancelled' : 'it is gone, and nobody heard how it ended'}, so it may have had its effect, which must not happen twice`,
  ],
  remedy: `find out whether it did; then ${redoWith(id, moniker)}`,
});
