/** Reading a journal: every line is checked against the one before. */
import { readFileSync } from 'node:fs';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { type ActionType, actionTypes } from '../actions/action.ts';
import { type Entry, entryTypes, hashOf, rootHash } from './entry.ts';
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
  let line: JsonValue;
  try {
    line = JSON.parse(text) as JsonValue;
  } catch {
    return 'this is not JSON';
  }
  if (!isObject(line) || typeof line['hash'] !== 'string') return 'this is not an entry';
  const { hash, ...content } = line;
  if (content['seq'] !== seq) return `this is entry ${String(content['seq'])}, and entry ${seq} belongs here`;
  if (content['prev'] !== prev) return 'this does not follow the entry before it';
  if (hash !== hashOf(content as JsonObject & { readonly prev: string })) return 'its hash does not match its content';
  const entry = migrate(line);
  if (!entry) return `it has version ${String(line['version'])}, which ${writerOf(line['version'])} wrote`;
  return isEntry(entry) ? entry : 'this is not an entry';
}

const writerOf = (version: JsonValue | undefined): string =>
  Number.isInteger(version) && (version as number) > entryVersion ? 'a newer headgate' : 'no headgate';

/** As much of the schema as keeps the fold from stumbling; who can forge a hash can forge an entry. */
function isEntry(line: JsonObject): line is JsonObject & Entry {
  const { action, attempt, data } = line;
  if (!isObject(data) || !entryTypes.includes(line['type'] as Entry['type'])) return false;
  if (action === null) return attempt === null && isOfRun(line['type'] as Entry['type'], data);
  if (data['storage'] !== undefined && !Array.isArray(data['storage'])) return false;
  const isAction = isObject(action) && actionTypes.includes(action['type'] as ActionType);
  return isAction && (action['target'] === null || typeof action['target'] === 'string') && Number.isInteger(attempt);
}

function isOfRun(type: Entry['type'], data: JsonObject): boolean {
  if (type === 'start') return Array.isArray(data['redo']);
  if (type === 'progress') return data['event'] !== 'ready' || isObject(data['exports']);
  if (type !== 'gate') return true;
  if (data['state'] === 'BLOCKED') return Array.isArray(data['blocked']);
  return data['state'] !== 'FAILED' || Array.isArray(data['reasons']);
}
