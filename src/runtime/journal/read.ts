/** Reading a journal: every line is checked against the one before. */
import { readFileSync } from 'node:fs';
import { type Entry, entryTypes, hashOf, rootHash } from './entry.ts';

export interface JournalRead {
  readonly entries: readonly Entry[];
  /** Bytes of the file that are whole lines of the chain; what follows is a torn end. */
  readonly validBytes: number;
  readonly tornBytes: number;
}

export interface JournalCorrupt {
  readonly corrupt: {
    /** From 1. */
    readonly line: number;
    readonly reason: string;
  };
}

/**
 * A last line without its end was being written when the writer died, and is no part of the journal. Anything else that does not
 * fit (a changed, lost or repeated line) makes the whole journal untrustworthy.
 */
export function readJournal(path: string, runId: string): JournalRead | JournalCorrupt {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { corrupt: { line: 1, reason: `it cannot be read: ${(error as Error).message}` } };
  }
  const entries: Entry[] = [];
  let prev = rootHash(runId);
  let from = 0;
  for (let line = 1; from < bytes.length; line++) {
    const end = bytes.indexOf(10, from);
    if (end < 0) return { entries, validBytes: from, tornBytes: bytes.length - from };
    const result = checkLine(bytes.toString('utf8', from, end), entries.length, prev);
    if (typeof result === 'string') return { corrupt: { line, reason: result } };
    entries.push(result);
    prev = result.hash;
    from = end + 1;
  }
  return { entries, validBytes: from, tornBytes: 0 };
}

function checkLine(text: string, seq: number, prev: string): Entry | string {
  let entry: Entry;
  try {
    entry = JSON.parse(text) as Entry;
  } catch {
    return 'it is no JSON';
  }
  if (typeof entry !== 'object' || entry === null || !entryTypes.includes(entry.type)) return 'it is no entry';
  if (entry.seq !== seq) return `it has number ${entry.seq}, and number ${seq} belongs here`;
  if (entry.prev !== prev) return 'it does not follow the entry before it';
  const { hash, ...content } = entry;
  return hash === hashOf(content) ? entry : 'its hash does not fit its content';
}
