/** Reading a journal: every line is checked against the one before. */
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { isShallow } from '../../base/json-depth.ts';
import { fits } from '../generated/journal.js';
import { type Entry, hashOf, rootHash } from './entry.ts';
import { entryVersion } from './entry-version.ts';
import { migrate } from './migrate.ts';

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
 * fit (a changed, lost or repeated line) makes the whole journal untrustworthy. Where nobody knows the run, the first line says itself
 * what it follows.
 */
export function readEntries(bytes: Uint8Array, runId: string | undefined): JournalRead | JournalCorrupt {
  const text = new TextDecoder('utf-8', { ignoreBOM: true });
  const entries: Entry[] = [];
  let prev = runId === undefined ? undefined : rootHash(runId);
  let from = 0;
  for (let line = 1; from < bytes.length; line++) {
    const end = bytes.indexOf(10, from);
    if (end < 0) return { entries, validBytes: from, tornBytes: bytes.length - from };
    const result = checkLine(text.decode(bytes.subarray(from, end)), entries.length, prev);
    if (typeof result === 'string') return { corrupt: { line, reason: result } };
    entries.push(result);
    prev = result.hash;
    from = end + 1;
  }
  return { entries, validBytes: from, tornBytes: 0 };
}

function checkLine(text: string, seq: number, prev: string | undefined): Entry | string {
  if (!isShallow(text)) return 'this is not an entry';
  let line: JsonValue;
  try {
    line = JSON.parse(text) as JsonValue;
  } catch {
    return 'this is not JSON';
  }
  if (!isObject(line) || typeof line['hash'] !== 'string') return 'this is not an entry';
  const { hash, ...content } = line;
  if (content['seq'] !== seq) return `this is entry ${String(content['seq'])}, and entry ${seq} belongs here`;
  if (prev !== undefined && content['prev'] !== prev) return 'this does not follow the entry before it';
  if (hash !== hashOf(content as JsonObject & { readonly prev: string })) return 'its hash does not match its content';
  const entry = migrate(line);
  if (!entry) return `it has version ${String(line['version'])}, which ${writerOf(line['version'])} wrote`;
  return fits(entry) ? (entry as JsonObject & Entry) : 'this is not an entry';
}

const writerOf = (version: JsonValue | undefined): string =>
  Number.isInteger(version) && (version as number) > entryVersion ? 'a newer headgate' : 'no headgate';
