/** The journal as the executor writes it: an intent before every effect, and its outcome after it. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../base/json.ts';
import type { Action } from '../actions/actions.ts';
import type { Entry, EntryType } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';

export interface Recorder {
  readonly run: (type: EntryType, data: JsonObject) => void;
  /** Of an action that is under way. */
  readonly tell: (type: EntryType, action: Action, attempt: number, data: JsonObject) => void;
  readonly intent: (action: Action, attempt: number, data?: JsonObject) => void;
  readonly outcome: (action: Action, attempt: number, state: ActionState, data?: JsonObject) => void;
}

export type ActionState = 'succeeded' | 'failed' | 'cancelled' | 'skipped' | 'unknown';

/** `onEntry` sees every entry that is on the disk. */
export function createRecorder(journal: Journal, runId: string, onEntry: (entry: Entry) => void): Recorder {
  const append = (
    type: EntryType,
    action: Action | undefined,
    attempt: number | null,
    data: JsonObject,
    once = false,
  ): void => {
    const actionId = action?.id ?? null;
    const idempotencyKey = once ? keyOf(runId, actionId ?? '', attempt ?? 0) : null;
    onEntry(journal.append({ type, actionId, attempt, idempotencyKey, data }));
  };
  return {
    run: (type, data) => append(type, undefined, null, data),
    tell: (type, action, attempt, data) => append(type, action, attempt, data),
    intent: (action, attempt, data = {}) => append('intent', action, attempt, data, true),
    outcome: (action, attempt, state, data = {}) => append('outcome', action, attempt, { state, ...data }, true),
  };
}

/**
 * One action from its intent to its outcome. What it throws is its outcome as well, and thrown again; a work that answers a fault
 * has failed.
 */
export async function perform<T>(
  record: Recorder,
  action: Action,
  attempt: number,
  work: () => Promise<{ readonly value: T; readonly fault?: string; readonly data?: JsonObject }>,
  data: JsonObject = {},
): Promise<T> {
  record.intent(action, attempt, data);
  let done: Awaited<ReturnType<typeof work>>;
  try {
    done = await work();
  } catch (error) {
    record.outcome(action, attempt, 'failed', { fault: error instanceof Error ? error.message : String(error) });
    throw error;
  }
  const { value, fault, data: told = {} } = done;
  if (fault === undefined) record.outcome(action, attempt, 'succeeded', told);
  else record.outcome(action, attempt, 'failed', { fault, ...told });
  return value;
}

const keyOf = (runId: string, actionId: string, attempt: number): string =>
  createHash('sha256')
    .update(JSON.stringify([runId, actionId, attempt]))
    .digest('hex')
    .slice(0, 32);
