/**
 * Takes what the users of a copy have changed over into its source. What is going to be changed lies ready beside the source, and stands
 * in the journal, before anything is changed; whoever comes after a crash goes on from there.
 */

import { bytePathOf } from '../../adapters/sync/byte-path.ts';
import { treeFrom } from '../../adapters/sync/tree-file.ts';
import { actionId, copyAction } from '../../ir/action.ts';
import type { BytePath, Conflict, Merge, Tree } from '../../ir/workspace.ts';
import type { HistoryStatus } from '../../ir/workspace-status.ts';
import { threeWay } from '../../plan/workspaces/three-way.ts';
import type { Standing } from '../../ports/authority.ts';
import type { Collected, WorkspaceFault, Workspaces } from '../../ports/workspaces.ts';
import type { CopyRecord } from '../journal/copies.ts';
import { recorded } from '../journal/record.ts';
import { resolutionsOf } from '../journal/resolutions.ts';
import { copyGone, copyUnmade, inConflict, suspicious, withCommands } from './faults.ts';
import { mergeBytes, mergeFrom } from './merge-file.ts';
import { putReport, reportIn, sideText, toldOn } from './report.ts';
import { type AppliedMerge, type FinalizeContext, noPlace, type RunCopy, type Sources } from './run-copies.ts';

type Faulty<T> = T | { readonly fault: WorkspaceFault };

/** With what stands on the right to this one finalize. */
interface Finalizing extends Omit<FinalizeContext, 'sources'> {
  readonly on: Standing;
  readonly sources: Sources;
}

interface Done {
  readonly report: string;
  /** Nobody has said yet whose side counts. */
  readonly pending: readonly Conflict[];
}

/** Undefined when everything was taken over. Throws when that cannot be written down. */
export async function finalizeCopy(
  run: FinalizeContext,
  copy: RunCopy,
  on: Standing,
): Promise<WorkspaceFault | undefined> {
  return recorded(run.record, copyAction('workspace.finalize', copy.id), on, {}, async () => {
    const done = await locked({ ...run, on, sources: run.sources(on) }, copy);
    const fault = 'fault' in done ? withCommands(run.id, copy, done.fault) : faultOf(run, copy, done);
    const report = 'fault' in done ? {} : { report: done.report };
    if (!fault) return { value: undefined, data: { workspace: report } };
    const { code, message, remedy } = fault;
    return { value: fault, fault: message, data: { workspace: { ...report, code, remedy } } };
  });
}

const faultOf = ({ id }: FinalizeContext, copy: RunCopy, { pending }: Done): WorkspaceFault | undefined =>
  pending.length === 0 ? undefined : inConflict(id, copy, pending);

async function locked(run: Finalizing, copy: RunCopy): Promise<Faulty<Done>> {
  const place = run.placeOf(copy);
  const known = run.state().copies.get(copy.id);
  if (!place) return { fault: noPlace(copy) };
  if (!known?.prepared) return { fault: known?.baseline === undefined ? copyUnmade(run.id) : copyGone(run.id, copy) };
  const lock = await run.sources.lock(copy);
  if ('fault' in lock) return lock;
  try {
    // Who works in it may have gone on since, so that what is new is merged after what lay ready.
    const before = known.staged ? await goOn(run, copy, known.staged) : nothingApplied;
    if ('fault' in before) return before;
    return await merged(run, copy, place, known, before);
  } finally {
    await lock.release();
  }
}

const nothingApplied: AppliedMerge = { written: [], removed: [], conflicts: [] };

/** An earlier process had everything ready: what it meant to do is done to its end. */
async function goOn(
  run: Finalizing,
  copy: RunCopy,
  { merge: digest, staging }: NonNullable<CopyRecord['staged']>,
): Promise<Faulty<AppliedMerge>> {
  const bytes = run.store.get(digest);
  const applied = bytes && (await run.sources.apply(copy, staging, mergeFrom(bytes)));
  if (applied && !('fault' in applied)) {
    run.sources.unstage(copy, staging);
    return applied;
  }
  // It holds what was there before and could not be put back.
  if (applied && run.sources.isStaged(staging)) return applied;
  // What lay ready is gone, or was changed: it is made once more, and what was applied already is found as it is.
  run.sources.unstage(copy, staging);
  return nothingApplied;
}

async function merged(
  run: Finalizing,
  copy: RunCopy,
  place: Workspaces,
  known: CopyRecord,
  before: AppliedMerge,
): Promise<Faulty<Done>> {
  const collected = await collect(run, copy, place, known);
  if ('fault' in collected) return collected;
  const done = await mergedWith(run, copy, known, before, collected);
  return 'fault' in done ? { fault: withCommands(run.id, copy, done.fault, collected.folder) } : done;
}

async function mergedWith(
  run: Finalizing,
  copy: RunCopy,
  known: CopyRecord,
  before: AppliedMerge,
  collected: Collected & { readonly baseline: Tree },
): Promise<Faulty<Done>> {
  const looked = await run.sources.look(copy, collected.baseline);
  if ('fault' in looked) return looked;
  const { conflictPolicy } = copy.declared;
  const said = resolvedNow(run, copy, known, looked.tree);
  const merge = threeWay(collected.baseline, looked.tree, collected.tree, conflictPolicy, said);
  if (merge.suspicious) return { fault: suspicious(run.id, copy, merge.suspicious) };
  const staged = await run.sources.stage(copy, collected.folder, merge);
  if ('fault' in staged) return staged;
  const { staging } = staged;
  const history = await historyOf(run, copy, known, collected);
  if ('fault' in history) {
    run.sources.unstage(copy, staging);
    return history;
  }
  const lost = merge.conflicts.filter(({ resolution }) => resolution === 'remote');
  const spared = lost.length === 0 ? { kept: [] } : await run.sources.spare(copy, lost);
  if ('fault' in spared) {
    run.sources.unstage(copy, staging);
    return spared;
  }
  tellStaged(run, copy, staging, merge);
  const applied = await run.sources.apply(copy, staging, merge);
  if ('fault' in applied) return applied;
  const last = known.report === undefined ? undefined : reportIn(run.store, known.report)?.history;
  return ended(run, copy, collected, merge, {
    before,
    applied,
    staging,
    spared: spared.kept,
    history: toldOn(last, history.history),
  });
}

/** Who took the copy's side had seen what the source had then. What it was given since is for a decision of its own. */
function resolvedNow(
  { state, store }: Finalizing,
  { id }: RunCopy,
  { report: digest }: CopyRecord,
  local: Tree,
): ReadonlyMap<BytePath, 'local' | 'remote'> {
  const report = digest === undefined ? undefined : reportIn(store, digest);
  const seen = new Map(report?.conflicts.map(({ path, local: side }) => [path, side]));
  const said = [...resolutionsOf(state(), id)].map(([path, take]) => [path, bytePathOf(path), take] as const);
  return new Map(
    said.flatMap(([text, path, take]) =>
      take === 'local' || seen.get(text) === sideText(local.get(path)) ? [[path, take] as const] : [],
    ),
  );
}

/** Whoever cannot write this down changes nothing. */
function tellStaged(run: Finalizing, copy: RunCopy, staging: string, merge: Merge): void {
  if (merge.changes.length === 0) return;
  const action = copyAction('workspace.finalize', copy.id);
  const attempt = run.state().actions.get(actionId(action))?.attempt ?? 1;
  try {
    const digest = run.store.put(mergeBytes(merge));
    run.record.tell('progress', action, attempt, { event: 'staged', merge: digest, staging });
  } catch (error) {
    run.sources.unstage(copy, staging);
    throw error;
  }
}

interface Applications {
  /** What lay ready when an earlier process was ended. */
  readonly before: AppliedMerge;
  readonly applied: AppliedMerge;
  readonly staging: string;
  readonly spared: readonly BytePath[];
  readonly history: HistoryStatus | undefined;
}

async function ended(
  run: Finalizing,
  copy: RunCopy,
  { folder, tree }: Collected,
  merge: Merge,
  { before, applied, staging, spared, history }: Applications,
): Promise<Faulty<Done>> {
  await run.sources.settleHistory(copy);
  // What could not be applied is as it was, whatever the merge had made of it.
  const conflicts = [...new Map([...merge.conflicts, ...applied.conflicts].map((one) => [one.path, one])).values()];
  const kept = conflicts.length === 0 ? { kept: [] } : await run.sources.keep(copy, folder, conflicts);
  if ('fault' in kept) return kept;
  const pending = conflicts.filter(({ resolution }) => resolution === 'pending');
  // Where somebody has to say something first, the copy stays, with all that is in it.
  const nested = pending.length > 0 ? { repositories: [] } : await run.sources.keepRepositories(copy, folder, tree);
  if ('fault' in nested) return nested;
  const { repositories } = nested;
  // What is still in conflict after the first one is so after the second.
  const written = [...new Set([...before.written, ...applied.written])];
  const removed = [...new Set([...before.removed, ...applied.removed])];
  const report = putReport(run.store, { written, removed, conflicts, kept: kept.kept, spared, history, repositories });
  // Whoever finds it gone, with nothing said of the end, finds everything applied.
  run.sources.endHistory(copy);
  run.sources.unstage(copy, staging);
  return { report, pending };
}

async function collect(
  run: Finalizing,
  copy: RunCopy,
  place: Workspaces,
  { baseline: digest }: CopyRecord,
): Promise<Faulty<Collected & { readonly baseline: Tree }>> {
  const bytes = digest === undefined ? undefined : run.store.get(digest);
  const read = bytes && treeFrom(bytes);
  if (!read || 'fault' in read) return { fault: copyGone(run.id, copy) };
  const { kind, exclude = [] } = copy.declared;
  const collected = await place.collect({ id: copy.id, kind, exclude, baseline: read.tree }, run.on);
  return 'fault' in collected ? collected : { ...collected, baseline: read.tree };
}

async function historyOf(
  run: Finalizing,
  copy: RunCopy,
  { git }: CopyRecord,
  { folder }: Collected,
): Promise<Faulty<{ readonly history: HistoryStatus | undefined }>> {
  const bytes = git === undefined ? undefined : run.store.get(git);
  return bytes ? run.sources.importHistory(copy, folder, bytes) : { history: undefined };
}
