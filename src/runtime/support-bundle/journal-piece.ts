/** The journal of a run as a bundle has it: what it was before anything was left out, and its entries as far as they can be read. */
import { readFileSync } from 'node:fs';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { isShallow } from '../../base/json-depth.ts';
import type { Entry } from '../../language/journal/entry.ts';
import { readEntries } from '../../language/journal/read.ts';
import type { RunPaths } from '../state/run-folder.ts';
import { cutOff, statementIn } from '../verdict/whole-journal.ts';

export interface JournalPiece {
  /** As the manifest of the bundle tells it. */
  readonly facts: {
    readonly entries: number;
    readonly head: string | null;
    readonly chain: 'whole' | 'cut' | 'broken' | 'missing';
    readonly fault: string | null;
    readonly tornBytes: number;
  };
  /** Undefined where the chain is broken, or cut off. */
  readonly entries: readonly Entry[] | undefined;
  /** Every line that is an object, whether or not the chain holds. */
  readonly lines: readonly JsonObject[];
}

export function readJournalPiece(
  { folder, journal }: Pick<RunPaths, 'folder' | 'journal'>,
  runId: string,
): JournalPiece {
  const statement = statementIn(folder);
  let bytes: Buffer;
  try {
    bytes = readFileSync(journal);
  } catch (error) {
    const { code = 'fault' } = error as NodeJS.ErrnoException;
    const fault = code === 'ENOENT' ? 'it is not there' : `it cannot be read: ${code}`;
    return { facts: { entries: 0, head: null, chain: 'missing', fault, tornBytes: 0 }, entries: undefined, lines: [] };
  }
  const read = readEntries(bytes, runId);
  if (!('corrupt' in read)) {
    const { entries, tornBytes } = read;
    const cut = statement && ('refused' in statement ? undefined : cutOff(runId, statement, entries));
    const facts = {
      entries: entries.length,
      head: entries.at(-1)?.hash ?? null,
      chain: cut === undefined ? 'whole' : 'cut',
      fault: cut ?? null,
      tornBytes,
    } as const;
    const lines = entries as unknown as readonly JsonObject[];
    return { facts, entries: cut === undefined ? entries : undefined, lines };
  }
  const lines = linesIn(bytes);
  const { line, reason } = read.corrupt;
  const facts = {
    entries: lines.length,
    head: null,
    chain: 'broken',
    fault: `line ${line}: ${reason}`,
    tornBytes: 0,
  } as const;
  return { facts, entries: undefined, lines };
}

const linesIn = (bytes: Buffer): readonly JsonObject[] =>
  bytes
    .toString('utf8')
    .split('\n')
    .map(parsed)
    .filter((line) => line !== undefined);

function parsed(line: string): JsonObject | undefined {
  if (!isShallow(line)) return undefined;
  try {
    const value = JSON.parse(line) as JsonValue;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Where more would be too much: the first lines, and the newest. */
const headBytes = 512 * 1024;
const tailBytes = 3 * 1024 * 1024;

/** In their order, by how long each is as a line of its own. */
export function boundedLines(lines: readonly JsonValue[]): {
  readonly first: readonly JsonValue[];
  readonly last: readonly JsonValue[];
  /** Between the two. */
  readonly leftOut: number;
} {
  const sizes = lines.map((line) => Buffer.byteLength(JSON.stringify(line)) + 1);
  let head = 0;
  for (let left = headBytes; head < lines.length; head++) {
    left -= sizes[head] as number;
    if (left < 0) break;
  }
  let tail = lines.length;
  for (let left = tailBytes; tail > head; tail--) {
    left -= sizes[tail - 1] as number;
    if (left < 0) break;
  }
  return { first: lines.slice(0, head), last: lines.slice(tail), leftOut: tail - head };
}
