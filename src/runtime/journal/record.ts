/** The journal as a run writes it: an intent before every effect, and its outcome after it. */
import { type Action, actionId } from '../actions/action.ts';
import { type Entry, type EntryContent, idempotencyKey } from './entry.ts';
import type { Fold } from './fold.ts';
import type { Journal } from './journal.ts';

type Content<T extends EntryContent['type'], A> = Extract<EntryContent, { readonly type: T; readonly action: A }>;
type RunData<T extends EntryContent['type']> = Content<T, null>['data'];
type ActionData<T extends EntryContent['type']> = Exclude<
  Extract<EntryContent, { readonly type: T }>,
  { readonly action: null }
>['data'];
export type OutcomeData = ActionData<'outcome'>;
export type IntentData = ActionData<'intent'>;

export interface Recorder {
  readonly run: <T extends 'start' | 'progress' | 'cancel' | 'gate'>(type: T, data: RunData<T>) => void;
  /** Of an action that is under way. */
  readonly tell: <T extends 'progress' | 'failure' | 'retry' | 'reconciled'>(
    type: T,
    action: Action,
    attempt: number,
    data: ActionData<T>,
  ) => void;
  /** The number of the attempt that begins: one after the last, whichever process made that. */
  readonly begin: (action: Action, data?: IntentData) => number;
  readonly outcome: (action: Action, attempt: number, data: OutcomeData) => void;
}

/** `onEntry` sees every entry that is on the disk; `known` has been told of those before. */
export function createRecorder(
  journal: Journal,
  runId: string,
  known: Fold,
  onEntry: (entry: Entry) => void,
): Recorder {
  const append = (content: EntryContent, key?: string): void => {
    const entry = journal.append(content, key);
    known.add(entry);
    onEntry(entry);
  };
  const keyOf = (action: Action): string => idempotencyKey(runId, action, known.generationOf(action));
  return {
    run: (type, data) => append({ type, action: null, attempt: null, data } as EntryContent),
    tell: (type, action, attempt, data) => append({ type, action, attempt, data } as EntryContent),
    begin: (action, data = {}) => {
      const attempt = (known.state().actions.get(actionId(action))?.attempt ?? 0) + 1;
      append({ type: 'intent', action, attempt, data }, keyOf(action));
      return attempt;
    },
    outcome: (action, attempt, data) => append({ type: 'outcome', action, attempt, data }, keyOf(action)),
  };
}

/**
 * One action from its intent to its outcome. What it throws is its outcome as well, and thrown again; work that answers a fault has
 * failed.
 */
export async function recorded<T>(
  record: Recorder,
  action: Action,
  intent: IntentData,
  work: () => Promise<{ readonly value: T; readonly fault?: string; readonly data?: Omit<OutcomeData, 'state'> }>,
): Promise<T> {
  const attempt = record.begin(action, intent);
  let done: Awaited<ReturnType<typeof work>>;
  try {
    done = await work();
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    record.outcome(action, attempt, { state: 'failed', fault });
    throw error;
  }
  const { value, fault, data } = done;
  if (fault === undefined) record.outcome(action, attempt, { state: 'succeeded', ...data });
  else record.outcome(action, attempt, { state: 'failed', fault, ...data });
  return value;
}
