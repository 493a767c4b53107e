/**
 * Verifies the folder of a run from its bytes alone: on another machine, without the store, the scenario or a network. Every check is a
 * file of checks/; all of them are made, so that whoever reads the answer sees the whole damage.
 */
import type { JsonObject } from '../../base/json.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { Entry } from '../../language/journal/entry.ts';
import type { FolderReader } from '../../ports/folder-reader.ts';
import { checkEnforcement } from './checks/enforcement.ts';
import { checkEvidence } from './checks/evidence.ts';
import { checkFiles } from './checks/files.ts';
import { checkJournal } from './checks/journal.ts';
import { checkPlan } from './checks/plan.ts';
import { checkPrograms } from './checks/programs.ts';
import { checkSandboxes } from './checks/sandboxes.ts';
import { checkSignature, type Keys } from './checks/signature.ts';
import { checkStatement } from './checks/statement.ts';
import { checkVerdict, givenUpIn } from './checks/verdict.ts';
import { type FoundStatement, readStatement } from './envelope.ts';
import { fault } from './fault.ts';
import { readFolder } from './read.ts';
import { verdictIn } from './statement.ts';

export interface VerifyRunOptions {
  readonly keys: Keys;
  /** That the run must have run. */
  readonly plan?: DeploymentPlan;
}

export interface RunVerification {
  /** Id of the run, as its statement has it; the name of the folder where there is none. */
  readonly run: string;
  /** Empty for a run that is verified. */
  readonly refused: readonly Blocked[];
  /** What the journal says; to be relied on where nothing is refused. */
  readonly verdict: Extract<Entry, { readonly type: 'gate' }>['data'] | undefined;
  readonly planDigest: string | undefined;
  readonly journal: { readonly entries: number; readonly head: string } | undefined;
  readonly evidence: number;
  /** Copies of workspaces whose changes somebody gave up, by their ids: no verdict says so. */
  readonly abandoned: readonly { readonly workspace: string; readonly reason: string }[];
  /** Of the signature; null for a statement without one, undefined where there is no statement. */
  readonly keyid: string | null | undefined;
  readonly predicate: JsonObject | undefined;
  /** There is no statement, which whoever has the run can write. */
  readonly isMissing: boolean;
}

/** Throws for nothing that the folder holds. O(bytes of the folder). */
export function verifyRun(reader: FolderReader, { keys, plan: given }: VerifyRunOptions): RunVerification {
  const files = reader.list();
  if (typeof files === 'string') return unread(reader.name, files);
  const statement = readStatement(reader);
  const found: FoundStatement | undefined = 'found' in statement ? statement.found : undefined;
  const readings = readFolder(reader, found?.run, files);
  const { id: run, plan, entries } = readings;
  const last = entries?.at(-1);
  const refused = [
    ...('refused' in statement ? [statement.refused] : []),
    ...(found ? checkSignature(found, keys) : []),
    ...(found ? checkFiles(reader, files, found.files) : []),
    ...readings.faults,
    ...checkPlan(readings, given),
    ...(entries ? checkJournal(entries, found?.journal) : []),
    ...checkEvidence(readings),
    ...checkPrograms(readings),
    ...checkSandboxes(readings),
    ...checkEnforcement(readings),
    ...checkVerdict(readings),
    ...(found ? checkStatement(found, readings) : []),
  ];
  return {
    run,
    refused,
    verdict: entries && verdictIn(entries)?.data,
    planDigest: plan?.planDigest,
    journal: entries && last ? { entries: entries.length, head: last.hash } : undefined,
    evidence: readings.evidence.size,
    abandoned: entries ? givenUpIn(entries) : [],
    keyid: found ? (found.signer?.keyid ?? null) : undefined,
    predicate: found?.predicate,
    isMissing: 'isMissing' in statement && statement.isMissing,
  };
}

const unread = (name: string, why: string): RunVerification => ({
  run: name,
  refused: [fault('folder_unreadable', name, why, 'name the folder of a run, and make it readable')],
  verdict: undefined,
  planDigest: undefined,
  journal: undefined,
  evidence: 0,
  abandoned: [],
  keyid: undefined,
  predicate: undefined,
  isMissing: false,
});
