/** The journal of a run in memory. */
import type { Entry, EntryContent } from '../../../src/language/journal/entry.ts';
import type { Clock } from '../../../src/runtime/clock.ts';
import { createFold, type Fold } from '../../../src/runtime/journal/fold.ts';
import { createRecorder, type Recorder } from '../../../src/runtime/journal/record.ts';

export interface MemoryRecord {
  readonly entries: readonly Entry[];
  readonly known: Fold;
  readonly record: Recorder;
}

/** `before` is what earlier processes wrote; the disk is full for the entry with the number `fullAt`, and for all after it. */
export function memoryRecord(
  clock: Pick<Clock, 'time'>,
  before: readonly Entry[] = [],
  fullAt?: number | undefined,
): MemoryRecord {
  const entries: Entry[] = [...before];
  const known = createFold();
  for (const entry of before) known.add(entry);
  const append = (content: EntryContent, idempotencyKey: string | null = null): Entry => {
    if (fullAt !== undefined && entries.length >= fullAt)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { syscall: 'write', code: 'ENOSPC' });
    const { action } = content;
    const actionId = action === null ? null : action.target === null ? action.type : `${action.type}:${action.target}`;
    const entry = { ...content, actionId, idempotencyKey, seq: entries.length, at: clock.time() } as Entry;
    entries.push(entry);
    return entry;
  };
  const journal = {
    entries,
    append,
    appendTogether: (content: EntryContent, key?: string) => ({
      entry: append(content, key),
      saved: Promise.resolve(),
    }),
    close: () => {},
  };
  return { entries, known, record: createRecorder(journal, 'r', known, () => {}) };
}

/** `intent env.probe`, `outcome process.start:/a succeeded`, in order. */
export const saidBy = (entries: readonly Entry[]): readonly string[] =>
  entries.map((entry) => {
    const state = 'state' in entry.data ? entry.data.state : 'event' in entry.data ? entry.data.event : '';
    return [entry.type, entry.actionId, state].filter(Boolean).join(' ');
  });
