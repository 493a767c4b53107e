/** What this process does about an action that an earlier process of the run knew: from its replay class and its record alone. */
import type { ActionRecord } from '../journal/fold.ts';
import type { Found, Replay } from './handler.ts';

export type Decision =
  /** Its effect is there, and stays. */
  | { readonly kind: 'done' }
  /** It has ended, and not well. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'again' }
  /** Whether it had its effect cannot be known, and it may not have it twice. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Whether the world is to be looked at before anything is decided. */
export const isToBeFound = (replay: Replay, { state, attempt }: ActionRecord): boolean =>
  attempt > 0 && (state === undefined || (replay === 'check' && (state === 'succeeded' || state === 'unknown')));

/** `found` stands for the state of the record where the world was looked at; `redo` where it was asked for again by name. */
export function decide(
  replay: Replay,
  record: ActionRecord | undefined,
  found: Found | undefined,
  redo: boolean,
): Decision {
  if (!record || record.attempt === 0 || redo) return { kind: 'again' };
  const state = found?.state ?? record.state;
  if (replay === 'safe') return { kind: 'again' };
  const exit = found?.exit ?? record.exit;
  if (replay === 'check') {
    if (state === 'unknown') return { kind: 'unknown', reason: exit ?? 'its place cannot be asked' };
    return state === 'succeeded' ? { kind: 'done' } : { kind: 'again' };
  }
  switch (state) {
    case 'succeeded':
      return { kind: 'done' };
    case 'failed':
      return record.ran ? { kind: 'failed', reason: exit ?? 'it failed' } : { kind: 'again' };
    case 'skipped':
      return { kind: 'again' };
    case 'cancelled':
      return { kind: 'unknown', reason: 'it was ended in the middle when the run was cancelled' };
    default:
      return { kind: 'unknown', reason: exit ?? 'headgate was ended while it ran' };
  }
}
