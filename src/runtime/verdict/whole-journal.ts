/** A journal that is handed on: what is left of one that was cut at the end of a line is a chain too, and only the statement beside it tells. */
import { createFolderReader } from '../../adapters/files/folder-reader.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { Entry } from '../../language/journal/entry.ts';
import { type FoundStatement, readStatement } from '../../plan/verify/envelope.ts';
import { statementFile } from '../../plan/verify/folder.ts';
import { readJournal } from '../journal/read.ts';
import { journalCorrupt, journalCut } from '../state/refusals.ts';
import type { RunPaths } from '../state/run-folder.ts';

/** The statement of a run: undefined where it has none, which is so until it is over. Read it before the journal, which only grows. */
export function statementIn(folder: string): FoundStatement | { readonly refused: Blocked } | undefined {
  const read = readStatement(createFolderReader(folder));
  if (!('refused' in read)) return read.found;
  return read.isMissing ? undefined : { refused: read.refused };
}

/** What the statement says that these entries do not bear out; undefined where they do, also where the run went on since. */
export function cutOff(id: string, { run, journal }: FoundStatement, entries: readonly Entry[]): string | undefined {
  if (run !== id) return `${statementFile} is of run ${run}`;
  if (entries[journal.seq]?.hash === journal.head) return undefined;
  const last = entries.at(-1);
  const end = last ? `it ends with entry ${last.seq}, ${last.hash}` : 'there is nothing in it';
  return `${end}; ${statementFile} says that it went on to entry ${journal.seq}, ${journal.head}`;
}

/** O(entries). */
export function readWholeJournal(
  { folder, journal }: Pick<RunPaths, 'folder' | 'journal'>,
  id: string,
): { readonly entries: readonly Entry[] } | { readonly blocked: Blocked } {
  const statement = statementIn(folder);
  const read = readJournal(journal, id);
  if ('corrupt' in read) return { blocked: journalCorrupt(id, journal, read.corrupt) };
  if (statement && 'refused' in statement) return { blocked: { ...statement.refused, subject: id } };
  const cut = statement && cutOff(id, statement, read.entries);
  return cut === undefined ? { entries: read.entries } : { blocked: journalCut(id, journal, cut) };
}
