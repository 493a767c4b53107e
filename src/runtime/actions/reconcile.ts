/** What an earlier process left behind, told from its journal and from what tasks wrote down of their ends. */
import type { JsonObject } from '../../base/json.ts';
import { describe, type Exit } from '../environments/local/backoff.ts';
import type { Entry } from '../journal/entry.ts';
import type { ActionState } from '../journal/record.ts';
import { type Action, actionOf, isActionType } from './actions.ts';

export interface Past {
  /** The last attempt that was begun; 0 for none. */
  readonly attempt: number;
  /** Undefined while nothing is known of its end. */
  readonly state: ActionState | undefined;
  /** How it ended, in words. */
  readonly exit: string | undefined;
  /** False when it is known that the program was never started. */
  readonly ran: boolean;
}

/** O(entries). The last word on each action counts. */
export function pastOf(entries: readonly Entry[]): ReadonlyMap<string, Past> {
  const past = new Map<string, Past>();
  for (const { type, actionId, attempt, data } of entries) {
    if (actionId === null || attempt === null) continue;
    if (type === 'intent') past.set(actionId, { attempt, state: undefined, exit: undefined, ran: true });
    else if (type === 'outcome' || type === 'reconciled') {
      const exit = typeof data['exit'] === 'string' ? data['exit'] : undefined;
      past.set(actionId, { attempt, state: String(data['state']) as ActionState, exit, ran: data['ran'] !== false });
    }
  }
  return past;
}

export type Decision =
  /** Its effect is there, and stays. */
  | { readonly kind: 'done' }
  /** It has ended, and not well. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'again'; readonly attempt: number }
  /** Whether it had its effect cannot be known, and it may not have it twice. */
  | { readonly kind: 'unknown'; readonly attempt: number; readonly reason: string };

export interface Reconciled {
  readonly decision: Decision;
  /** What is found out now about an attempt that nobody saw the end of. */
  readonly found?: { readonly attempt: number; readonly state: ActionState; readonly data: JsonObject };
}

export interface ReconcileOptions {
  /** Asked for by name: again, whatever became of it. */
  readonly redo: boolean;
  /** What the attempt wrote down of its own end. */
  readonly endOf: (attempt: number) => Exit | undefined;
}

/**
 * Processes end with the headgate that started them, so one that was started is not running any more and is started again. A task
 * that has ended has had its effect; one that was cut off in the middle may have had it.
 */
export function reconcile(action: Action, past: Past | undefined, { redo, endOf }: ReconcileOptions): Reconciled {
  if (!past || past.attempt === 0) return { decision: { kind: 'again', attempt: 1 } };
  const { attempt } = past;
  const again = { kind: 'again', attempt: attempt + 1 } as const;
  if (action.type !== 'task.run') {
    const found = past.state === undefined ? { found: { attempt, state: 'failed', data: {} } as const } : {};
    return { decision: again, ...found };
  }
  const known = past.state === undefined ? fromRecord(past, endOf(attempt)) : past;
  const decision = redo ? again : ofTask(known, again);
  if (past.state !== undefined) return { decision };
  const data: JsonObject = known.exit === undefined ? {} : { exit: known.exit, from: 'exit record' };
  return { decision, found: { attempt, state: known.state ?? 'unknown', data } };
}

/** A signal that nobody heard of may have been headgate's own: it cut the task off in the middle. */
function fromRecord(past: Past, end: Exit | undefined): Past {
  if (end === undefined) return { ...past, state: 'unknown' };
  const state = end.signal !== null ? 'unknown' : end.code === 0 ? 'succeeded' : 'failed';
  return { ...past, state, exit: describe(end) };
}

function ofTask({ attempt, state, exit, ran }: Past, again: Decision): Decision {
  switch (state) {
    case 'succeeded':
      return { kind: 'done' };
    case 'failed':
      return ran ? { kind: 'failed', reason: exit ?? 'it failed' } : again;
    case 'cancelled':
      return { kind: 'unknown', attempt, reason: 'it was ended in the middle when the run was cancelled' };
    case 'skipped':
      return again;
    default:
      return { kind: 'unknown', attempt, reason: exit ?? 'headgate was ended while it ran' };
  }
}

/**
 * Other actions that were under way: what has to be done anew is done anew by this process, and what was to be ended has ended with
 * the process before.
 */
export function leftOver(
  past: ReadonlyMap<string, Past>,
): readonly { readonly action: Action; readonly attempt: number; readonly state: ActionState }[] {
  return [...past].flatMap(([id, { attempt, state }]) => {
    const [type = '', target = 'run'] = id.includes(':')
      ? [id.slice(0, id.indexOf(':')), id.slice(id.indexOf(':') + 1)]
      : [id];
    if (state !== undefined || !isActionType(type) || type === 'task.run' || type === 'process.start') return [];
    const ended = type === 'process.stop' || type === 'grant.revoke';
    return [{ action: actionOf(type, target), attempt, state: ended ? ('succeeded' as const) : ('failed' as const) }];
  });
}
