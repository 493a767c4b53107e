/** The journal as a run writes it: an intent before every effect, and its outcome after it. */
import { type Action, actionId } from '../../ir/action.ts';
import { type Entry, type EntryContent, idempotencyKey } from '../../language/journal/entry.ts';
import type { Standing } from '../../ports/authority.ts';
import type { Fold } from './fold.ts';
import type { Journal } from './journal.ts';

type Content<T extends EntryContent['type'], A> = Extract<EntryContent, { readonly type: T; readonly action: A }>;
type RunData<T extends EntryContent['type']> = Content<T, null>['data'];
type ActionData<T extends EntryContent['type']> = Exclude<
  Extract<EntryContent, { readonly type: T }>,
  { readonly action: null }
>['data'];
export type OutcomeData = ActionData<'outcome'>;
/** What an intent says besides what it stands on. */
export type IntentData = Omit<ActionData<'intent'>, 'authority'>;

export interface Recorder {
  readonly run: <T extends 'start' | 'progress' | 'usage' | 'cancel' | 'gate'>(type: T, data: RunData<T>) => void;
  /** Of an action that is under way. */
  readonly tell: <T extends 'progress' | 'failure' | 'retry' | 'reconciled'>(
    type: T,
    action: Action,
    attempt: number,
    data: ActionData<T>,
  ) => void;
  /** The number of the attempt that begins: one after the last, whichever process made that. What it stands on is written down with it. */
  readonly begin: (action: Action, on: Standing, data?: IntentData) => number;
  readonly outcome: (action: Action, attempt: number, data: OutcomeData) => void;
  /** As `begin` and `outcome`, on the disk when they resolve: many actions that begin or end at once wait for the disk once. */
  readonly beginTogether: (action: Action, on: Standing, data?: IntentData) => Promise<number>;
  readonly outcomeTogether: (action: Action, attempt: number, data: OutcomeData) => Promise<void>;
}

/** `onEntry` sees every entry that is on the disk; `known` has been told of those before. */
export function createRecorder(
  journal: Journal,
  runId: string,
  known: Fold,
  onEntry: (entry: Entry) => void,
): Recorder {
  /** Written, and perhaps not on the disk. */
  const untold: Entry[] = [];
  const tellAll = (): void => {
    for (const entry of untold.splice(0)) onEntry(entry);
  };
  const append = (content: EntryContent, key?: string): void => {
    const entry = journal.append(content, key);
    known.add(entry);
    untold.push(entry);
    tellAll();
  };
  const appendTogether = async (content: EntryContent, key: string): Promise<void> => {
    const { entry, saved } = journal.appendTogether(content, key);
    known.add(entry);
    untold.push(entry);
    await saved;
    tellAll();
  };
  const nextAttempt = (action: Action): number => (known.state().actions.get(actionId(action))?.attempt ?? 0) + 1;
  const keyOf = (action: Action): string => idempotencyKey(runId, action, known.generationOf(action));
  return {
    run: (type, data) => append({ type, action: null, attempt: null, data } as EntryContent),
    tell: (type, action, attempt, data) => append({ type, action, attempt, data } as EntryContent),
    begin: (action, on, data = {}) => {
      const attempt = nextAttempt(action);
      append({ type: 'intent', action, attempt, data: { ...data, ...authorityOf(on) } }, keyOf(action));
      return attempt;
    },
    outcome: (action, attempt, data) => append({ type: 'outcome', action, attempt, data }, keyOf(action)),
    beginTogether: async (action, on, data = {}) => {
      const attempt = nextAttempt(action);
      const intent = { type: 'intent' as const, action, attempt, data: { ...data, ...authorityOf(on) } };
      await appendTogether(intent, keyOf(action));
      return attempt;
    },
    outcomeTogether: (action, attempt, data) =>
      appendTogether({ type: 'outcome', action, attempt, data }, keyOf(action)),
  };
}

const authorityOf = ({ on }: Standing): Pick<ActionData<'intent'>, 'authority'> =>
  on.length === 0 ? {} : { authority: [...on] };

/**
 * One action from its intent to its outcome. What it throws is its outcome as well, and thrown again; work that answers a fault has
 * failed, and work that says so was cancelled. `begin` is `beginTogether` for actions of which many begin at once.
 */
export async function recorded<T>(
  record: Recorder,
  action: Action,
  on: Standing,
  intent: IntentData,
  work: () => Promise<Worked<T>>,
  begin: (action: Action, on: Standing, data: IntentData) => number | Promise<number> = record.begin,
): Promise<T> {
  const begun = begin(action, on, intent);
  // Where it is on the disk already the work begins in the same turn.
  const attempt = typeof begun === 'number' ? begun : await begun;
  let done: Worked<T>;
  try {
    done = await work();
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    await record.outcomeTogether(action, attempt, { state: 'failed', fault });
    throw error;
  }
  const { value, fault, data } = done;
  const state = done.cancelled ? 'cancelled' : 'succeeded';
  await record.outcomeTogether(
    action,
    attempt,
    fault === undefined ? { state, ...data } : { state: 'failed', fault, ...data },
  );
  return value;
}

interface Worked<T> {
  readonly value: T;
  readonly fault?: string;
  readonly cancelled?: boolean;
  readonly data?: Omit<OutcomeData, 'state'>;
}
