/** Looks at copies of a run and at their sources as they are now, and changes neither. */
import { existsSync } from 'node:fs';
import type { SyncFault } from '../../adapters/sync/fault.ts';
import type { LeavingLink } from '../../adapters/sync/refusals.ts';
import { takeSnapshot } from '../../adapters/sync/snapshot.ts';
import { treeFrom } from '../../adapters/sync/tree-file.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { Merge, Tree } from '../../ir/workspace.ts';
import type { WorkspaceStatus } from '../../ir/workspace-status.ts';
import { type ComparedPath, compareSides } from '../../plan/workspaces/compare.ts';
import { copiesOf } from '../../plan/workspaces/copies.ts';
import { threeWay } from '../../plan/workspaces/three-way.ts';
import { fold } from '../journal/fold.ts';
import { readJournal } from '../journal/read.ts';
import type { RunFiles } from '../state/run-files.ts';
import { runPaths, storePath } from '../state/run-folder.ts';
import { openStore } from '../store/store.ts';
import { copyPlaces } from './places.ts';

export interface LookedAt {
  /** State folder. */
  readonly dir: string;
  readonly id: string;
  readonly files: RunFiles;
}

export interface ComparedCopy {
  /** Absolute: the source, and the files of the copy. */
  readonly source: string;
  readonly files: string;
  readonly paths: readonly ComparedPath[];
  /** Of the copy, and of the source: links for which a finalize would refuse it. */
  readonly leaving: { readonly copy: readonly LeavingLink[]; readonly source: readonly LeavingLink[] };
  /** Why a finalize would refuse it. */
  readonly suspicious?: Merge['suspicious'];
}

/** What the source was when the copy was made; undefined where that was never written down, or is gone. O(entries). */
export function baselineOf({ dir, id }: LookedAt, copy: string): Tree | undefined {
  const read = readJournal(runPaths(dir, id).journal, id);
  const digest = 'corrupt' in read ? undefined : fold(read.entries).copies.get(copy)?.baseline;
  const bytes = digest === undefined ? undefined : openStore(storePath(dir)).get(digest);
  const found = bytes === undefined ? undefined : treeFrom(bytes);
  return found && 'tree' in found ? found.tree : undefined;
}

/** Both sides as they are now, against the source as it was. O(files of both). */
export async function compareCopy(
  run: LookedAt,
  { id: copy, source }: Pick<WorkspaceStatus, 'id' | 'source'>,
): Promise<ComparedCopy | { readonly blocked: Blocked }> {
  const declared = copiesOf(run.files.plan).find((one) => one.id === copy)?.declared;
  const { files } = copyPlaces(run.dir, run.id, copy);
  const base = baselineOf(run, copy);
  if (!declared || !existsSync(files)) return { blocked: gone(run.id, copy, files) };
  if (!base) return { blocked: withoutBaseline(run.id, copy) };
  const { kind, exclude = [], conflictPolicy } = declared;
  const options = { kind, exclude, baseline: base, linksMayLeave: true };
  // One after the other: each reads a disk at its full speed.
  const local = await takeSnapshot({ ...options, root: source, without: [run.dir] });
  if ('fault' in local) return { blocked: unseen(copy, source, local.fault) };
  const remote = await takeSnapshot({ ...options, root: files, isCopy: true });
  if ('fault' in remote) return { blocked: unseen(copy, files, remote.fault) };
  const { conflicts, suspicious } = threeWay(base, local.tree, remote.tree, conflictPolicy);
  const paths = compareSides(base, local.tree, remote.tree, new Set(conflicts.map(({ path }) => path)));
  const leaving = { copy: remote.leaving, source: local.leaving };
  return { source, files, paths, leaving, ...(suspicious ? { suspicious } : {}) };
}

const gone = (id: string, copy: string, folder: string): Blocked => ({
  gate: 'workspace_copy_missing',
  subject: copy,
  reasons: [`${folder} is not there: the copy was not made, or was taken away when its changes were in the source`],
  remedy: `\`headgate status ${id}\` says what became of it`,
});

const withoutBaseline = (id: string, copy: string): Blocked => ({
  gate: 'workspace_baseline_missing',
  subject: copy,
  reasons: ['what the source was when the copy was made is no longer in the store'],
  remedy: `put the store back as it was; the files of the copy are those of run ${id} all the same`,
});

const unseen = (copy: string, root: string, { code, message, remedy }: SyncFault): Blocked => ({
  gate: code,
  subject: copy,
  reasons: [`${root}: ${message}`],
  remedy,
});
