/** Why the record of a run is not trusted, or cannot be kept. */
import type { Blocked } from '../../ir/blocked.ts';
import { planFileVersions } from '../../language/plan-file/versions.ts';
import type { ChangedProgram, PlannedProgram } from './programs.ts';

const beginNew = 'begin a new run with `headgate run`';

export const unwritable = (stateDir: string, error: NodeJS.ErrnoException): Blocked => ({
  gate: 'state_unwritable',
  subject: stateDir,
  reasons: [error.message],
  remedy:
    error.code === 'ENOSPC' || error.code === 'EDQUOT'
      ? 'free some space, or keep the state elsewhere with --state-dir'
      : error.code === 'ESTATE'
        ? 'name a folder of your own that nobody else may write to with --state-dir'
        : 'make it writable, or keep the state elsewhere with --state-dir',
});

export const journalMissing = (id: string, path: string): Blocked => ({
  gate: 'journal_missing',
  subject: id,
  reasons: [`there is no ${path}, so it is not known what the run has done`],
  remedy: beginNew,
});

export const journalCorrupt = (
  id: string,
  path: string,
  { line, reason }: { readonly line: number; readonly reason: string },
): Blocked => ({
  gate: 'journal_corrupt',
  subject: id,
  reasons: [`line ${line} of ${path}: ${reason}`],
  remedy: `the record of this run cannot be trusted, so it cannot go on; ${beginNew}`,
});

/** Every line that is left is what was written, and some are not there any more. */
export const journalCut = (id: string, path: string, reason: string): Blocked => ({
  gate: 'journal_corrupt',
  subject: id,
  reasons: [`${path}: ${reason}`],
  remedy: 'put the journal back as it was, or take the folder of the run from a backup',
});

export const journalBehind = (id: string, ends: readonly string[]): Blocked => ({
  gate: 'journal_behind',
  subject: id,
  reasons: ends.map((end) => `${end} was written by a task that the journal does not know: lines were cut off its end`),
  remedy: `put the journal back as it was, or find out what the task did and ${beginNew}`,
});

/** As can be seen without the journal; `fault` says what is wrong with a file of its folder. */
const unread =
  (gate: string) =>
  (id: string, path: string, fault: string): Blocked => ({
    gate,
    subject: id,
    reasons: [`${path} ${fault}`],
    remedy: `put the file back as it was, or ${beginNew}`,
  });
export const planUnread = unread('plan_corrupt');
export const optionsUnread = unread('options_changed');

export const planNewer = (id: string, path: string, version: string): Blocked => ({
  gate: 'plan_corrupt',
  subject: id,
  reasons: [
    `${path} is a plan of version ${version}, and this headgate reads versions ${planFileVersions.join(' and ')}`,
  ],
  remedy: `use the headgate that began the run, or ${beginNew}`,
});

export const otherPlan = (id: string): Blocked => ({
  gate: 'plan_corrupt',
  subject: id,
  reasons: ['its journal says that it began with a plan other than this one'],
  remedy: `put plan.json back as it was, or ${beginNew}`,
});

export const otherOptions = (id: string, path: string): Blocked => ({
  gate: 'options_changed',
  subject: id,
  reasons: [`${path} was changed: the journal says that the run began with other options`],
  remedy: `put the file back as it was, or ${beginNew}`,
});

/** Of a run that exists. */
export const programChanged = (id: string, programs: readonly ChangedProgram[]): Blocked => ({
  gate: 'program_changed',
  subject: id,
  reasons: programs.map(({ path, users, isGone }) =>
    isGone
      ? `${path}, which ${inWords(users)} started, is gone`
      : `${path} was changed: it is not the program that ${inWords(users)} started`,
  ),
  remedy: `put ${programs.length === 1 ? 'the file' : 'the files'} back as before, or ${beginNew}`,
});

/** Before a run begins. */
export const otherProgram = ({ name, path, users }: ChangedProgram): Blocked => ({
  gate: 'program_changed',
  subject: name,
  reasons: [`${path}, which ${inWords(users)} would start, is not the program that the plan was made of`],
  remedy: 'put the file back as it was, or compile the scenario again',
});

/** While it runs: before a start, or before one more. */
export const otherThanPlanned = (id: string, moniker: string, { path }: PlannedProgram, isGone: boolean): Blocked => ({
  gate: 'program_changed',
  subject: moniker,
  reasons: [isGone ? `${path} is gone` : `${path} is not the program that the plan was made of`],
  remedy: `put the file back as it was; then \`headgate resume ${id}\``,
});

/** Each of hundreds would hide the file. */
const inWords = (monikers: readonly string[]): string =>
  monikers.length > 3 ? `${monikers.slice(0, 2).join(', ')} and ${monikers.length - 2} more` : monikers.join(', ');

export const stateUnread = (stateDir: string, error: Error): Blocked => ({
  gate: 'state_unreadable',
  subject: stateDir,
  reasons: [`the runs cannot be read: ${error.message}`],
  remedy: 'make the folder readable, or name another one with --state-dir',
});

export const runsElsewhere = (id: string, host: string, record: string): Blocked => ({
  gate: 'other_host',
  subject: id,
  reasons: [`a process of the machine ${host} has it, and from here nobody can see whether that still lives`],
  remedy: `go on with it on ${host}; when nothing of it runs there any more, remove ${record}`,
});

export const alreadyRuns = (id: string, pid: number | undefined): Blocked => ({
  gate: 'already_running',
  subject: id,
  reasons: [pid === undefined ? 'another headgate has it' : `process ${pid} has it`],
  remedy: `\`headgate stop ${id}\` ends it`,
});

export const evidenceMissing = (id: string, digest: string, isThere: boolean): Blocked => ({
  gate: isThere ? 'evidence_corrupt' : 'evidence_missing',
  subject: id,
  reasons: [`the journal names ${digest}, which ${isThere ? 'was changed in' : 'is no longer in'} the store`],
  remedy: `put the store back as it was, or ${beginNew}`,
});
