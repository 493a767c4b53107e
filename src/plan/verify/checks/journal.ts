/** Whether the journal ends where the statement says, with a verdict. Its chain was checked when it was read. */
import type { Blocked } from '../../../ir/blocked.ts';
import type { Entry } from '../../../language/journal/entry.ts';
import type { FoundStatement } from '../envelope.ts';
import { fault, inspectThere } from '../fault.ts';
import { journalFile, statementFile } from '../folder.ts';
import { verdictIn } from '../statement.ts';

export function checkJournal(
  entries: readonly Entry[],
  journal: FoundStatement['journal'] | undefined,
): readonly Blocked[] {
  if (journal && journal.seq < entries.length - 1 && entries[journal.seq]?.hash === journal.head) {
    const more = entries.length - 1 - journal.seq;
    const since = `the run went on: ${more} ${more === 1 ? 'entry is' : 'entries are'} newer than the statement`;
    const remedy = 'where it runs, wait until it is over, or let `headgate resume RUN` bring it to its end';
    return [fault('statement_stale', statementFile, since, remedy)];
  }
  const last = entries.at(-1);
  if (journal && (journal.seq !== last?.seq || journal.head !== last.hash)) {
    const found = last ? `entry ${last.seq}, ${last.hash}` : 'nothing';
    return [
      fault(
        'journal_corrupt',
        journalFile,
        `it ends with ${found}; the statement says ${journal.seq}, ${journal.head}`,
      ),
    ];
  }
  if (verdictIn(entries)) return misordered(entries);
  return [
    fault(
      'run_not_over',
      journalFile,
      'its last entry is not a verdict, so the run goes on or was cut off',
      'where it runs, wait until it is over, or let `headgate resume RUN` bring it to its end',
    ),
  ];
}

/** Numbers of attempts grow, and every end has a beginning: what a chain alone does not say. */
function misordered(entries: readonly Entry[]): readonly Blocked[] {
  const begun = new Map<string, number>();
  for (const entry of entries) {
    if (entry.action === null || entry.actionId === null) continue;
    const before = begun.get(entry.actionId) ?? 0;
    const isNext = entry.attempt === before + 1;
    const isSkipped = entry.type === 'outcome' && entry.data.state === 'skipped';
    if (entry.type === 'intent' ? isNext : entry.attempt === before || (isSkipped && isNext)) {
      begun.set(entry.actionId, entry.attempt);
      continue;
    }
    const place = `${journalFile} line ${entry.seq + 1}`;
    const reason = `it is about attempt ${entry.attempt} of ${entry.actionId}, of which ${before} were begun`;
    return [fault('journal_corrupt', place, reason, inspectThere)];
  }
  return [];
}
