/** What an earlier process left behind, told from its journal alone. */
import type { Entry } from '../journal/entry.ts';
import type { Action } from './actions.ts';
import type { ActionState } from './record.ts';

export interface Past {
  /** The last attempt that was begun; 0 for none. */
  readonly attempt: number;
  /** Undefined while nothing is known of its end. */
  readonly state: ActionState | undefined;
}

/** O(entries). The last word on each action counts. */
export function pastOf(entries: readonly Entry[]): ReadonlyMap<string, Past> {
  const past = new Map<string, Past>();
  for (const { type, actionId, attempt, data } of entries) {
    if (actionId === null || attempt === null) continue;
    if (type === 'intent') past.set(actionId, { attempt, state: undefined });
    else if (type === 'outcome' || type === 'reconciled')
      past.set(actionId, { attempt, state: String(data['state']) as ActionState });
  }
  return past;
}

export type Decision =
  /** Its effect is there, and stays. */
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly attempt: number }
  /** Whether it had its effect cannot be known, and it may not have it twice. */
  | { readonly kind: 'unknown'; readonly attempt: number };

/**
 * Processes end with the headgate that started them, so one that was started is not running any more and is started again. A task
 * that has ended has had its effect; one that was cut off in the middle may have had it.
 */
export function decide(action: Action, past: Past | undefined): Decision {
  if (!past || past.attempt === 0) return { kind: 'again', attempt: 1 };
  const next = { kind: 'again', attempt: past.attempt + 1 } as const;
  if (action.type !== 'task.run') return next;
  if (past.state === 'succeeded') return { kind: 'done' };
  if (past.state === undefined || past.state === 'unknown') return { kind: 'unknown', attempt: past.attempt };
  return next;
}
