import { readFileSync } from 'node:fs';
import { type JournalCorrupt, type JournalRead, readEntries } from '../../language/journal/read.ts';

/** As `readEntries`; one that cannot be read is corrupt. */
export function readJournal(path: string, runId: string): JournalRead | JournalCorrupt {
  try {
    return readEntries(readFileSync(path), runId);
  } catch (error) {
    return { corrupt: { line: 1, reason: `it cannot be read: ${(error as Error).message}` } };
  }
}
