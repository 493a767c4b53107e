/**
 * What was staged takes its places, one path after the other. Each is looked at first: one that is what it becomes already is left alone,
 * one that is still what it was is exchanged, and one that is neither was edited meanwhile and is a conflict. So it does not matter how often
 * this is done, nor where the last time ended.
 */
import { closeSync } from 'node:fs';
import type { BytePath, Change, Conflict, Merge, TreeEntry } from '../../ir/workspace.ts';
import { conflictKindOf, isSameEntry, parentOf } from '../../ir/workspace-entry.ts';
import { type Copier, startCopier } from './copy-file.ts';
import { type Descent, openDescent } from './descent.ts';
import type { SyncFault } from './fault.ts';
import { heldFolders, makesRoom } from './held.ts';
import { look, type Seen, statOf } from './look.ts';
import { startPace } from './pace.ts';
import { refuseMerge } from './refuse-merge.ts';
import { type Exchanged, exchange } from './replace.ts';
import { removeStaged, type Staged } from './stage.ts';
import { newAt, oldAt, openStaging, stagingGone } from './staging-folder.ts';
import { type Doing, faultOf, placeText, Told } from './told.ts';
import { undo } from './undo.ts';

export interface ApplyRequest {
  readonly target: string;
  readonly staged: Staged;
  /** The very one that was staged. */
  readonly merge: Merge;
}

export interface Applied {
  /** Paths that are now what they were to become, whether it was this call that did it or one before. */
  readonly written: readonly BytePath[];
  readonly removed: readonly BytePath[];
  /** Edited since the merge was made; the source keeps what it has. Those of the merge itself are not among them. */
  readonly conflicts: readonly Conflict[];
}

/** Again after a crash: goes on where the last one ended. After a fault the target is as it was, and the staged set is gone. */
export async function apply(request: ApplyRequest): Promise<Applied | { readonly fault: SyncFault }> {
  const { target, staged, merge } = request;
  if (merge.changes.length === 0) return { written: [], removed: [], conflicts: [] };
  const doing: Doing = { what: 'write', root: target };
  const copier = startCopier(startPace());
  let to: Descent | undefined;
  let fd: number | undefined;
  try {
    refuseMerge(merge, target);
    fd = openStaging(staged.folder);
    to = openDescent(target);
    return await applyAll({ copier, to, fd, staged, doing }, merge.changes);
  } catch (error) {
    const fault = faultOf(error, doing);
    const isUndone = to === undefined || fd === undefined || (await undo({ copier, to, fd }, merge.changes));
    if (isUndone) {
      removeStaged(staged);
      return { fault };
    }
    const half = `; what was there before is in ${staged.folder}`;
    return { fault: { ...fault, message: fault.message + half } };
  } finally {
    to?.close();
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * Takes back what an earlier process has applied and not ended, where somebody gives it up: what was there before goes back, and what was
 * edited since stays. Nothing where the staged set is gone. After a fault the staged set is as it was.
 */
export async function revert({
  target,
  staged,
  merge,
  without = new Set(),
}: ApplyRequest & { readonly without?: ReadonlySet<BytePath> }): Promise<{ readonly fault?: SyncFault }> {
  if (merge.changes.length === 0) return {};
  const doing: Doing = { what: 'write', root: target };
  let to: Descent | undefined;
  let fd: number | undefined;
  try {
    refuseMerge(merge, target);
    fd = openStaging(staged.folder);
    if (fd === undefined) {
      removeStaged(staged);
      return {};
    }
    to = openDescent(target);
    if (!(await undo({ copier: startCopier(startPace()), to, fd }, merge.changes, (path) => !without.has(path))))
      return {
        fault: {
          code: 'workspace_unwritable',
          message: `not everything could be put back; what was there before is in ${staged.folder}`,
          remedy: 'see that you may write to the source, and that there is room; then ask again',
        },
      };
    removeStaged(staged);
    return {};
  } catch (error) {
    return { fault: faultOf(error, doing) };
  } finally {
    to?.close();
    if (fd !== undefined) closeSync(fd);
  }
}

interface Applying {
  readonly copier: Copier;
  readonly to: Descent;
  /** Of the staging folder; undefined where it is gone, as it is when all was done already. */
  readonly fd: number | undefined;
  readonly staged: Staged;
  readonly doing: Doing;
}

async function applyAll(applying: Applying, changes: readonly Change[]): Promise<Applied> {
  const written: BytePath[] = [];
  const removed: BytePath[] = [];
  const conflicts: Conflict[] = [];
  const touched = new Set<BytePath>();
  let refused: BytePath | undefined;
  const held = heldFolders(applying.to, changes);
  const staying = new Set(held.keys());
  for (const [index, change] of changes.entries()) {
    const { path, becomes } = change;
    if (isIn(path, held)) continue;
    if (held.has(path)) {
      conflicts.push({ ...conflictOf(change, change.was), held: held.get(path) ?? path });
      continue;
    }
    // The conflict of a path that was to become a folder stands for all that was to be in it.
    if (refused !== undefined && path.startsWith(`${refused}/`)) continue;
    applying.doing.path = path;
    const { end, now } = await applyOne(applying, index, change);
    if (end === 'moved') {
      conflicts.push(conflictOf(change, now));
      if (becomes?.kind === 'folder') refused = path;
      if (makesRoom(change) && now?.kind === 'folder') staying.add(path);
      continue;
    }
    if (end === 'kept') continue;
    touched.add(parentOf(path));
    (becomes ? written : removed).push(path);
  }
  applying.doing.path = undefined;
  applying.to.sync(touched);
  if (staying.size === 0) return { written: written.sort(), removed: removed.sort(), conflicts };
  await putBack(applying, changes, staying);
  const others = (paths: BytePath[]): BytePath[] => paths.filter((path) => !isIn(path, staying)).sort();
  return {
    written: others(written),
    removed: others(removed),
    conflicts: conflicts.filter(({ path }) => !isIn(path, staying)),
  };
}

/** Below one of these. */
function isIn(path: BytePath, folders: { readonly size: number; readonly has: (path: BytePath) => boolean }): boolean {
  if (folders.size === 0) return false;
  for (let above = parentOf(path); above !== ''; above = parentOf(above)) if (folders.has(above)) return true;
  return false;
}

/** A folder that stays keeps all that was in it, also what was removed of it before anybody saw that it would stay. */
async function putBack(
  { copier, to, fd, doing }: Applying,
  changes: readonly Change[],
  staying: ReadonlySet<BytePath>,
): Promise<void> {
  if (fd === undefined || (await undo({ copier, to, fd }, changes, (path) => isIn(path, staying)))) return;
  throw new Told({
    code: 'workspace_unwritable',
    message: `what lay in ${[...staying].map((path) => placeText(doing.root, path)).join(', ')} could not be put back`,
    remedy: 'see that you may write to the source, and that there is room; then finalize again',
  });
}

interface End {
  readonly end: Exchanged;
  /** What is there, where it is not what it was to become. */
  readonly now?: TreeEntry | undefined;
}

async function applyOne({ copier, to, fd, staged }: Applying, index: number, change: Change): Promise<End> {
  const { path, was, becomes } = change;
  const seen = await look(copier, to.at(path));
  if (isSameEntry(seen?.entry, becomes)) return { end: 'done' };
  // Looking took a while, and the places of a descent count until the next.
  const place = to.at(path);
  if (place === undefined) return { end: 'moved', now: undefined };
  if (fd === undefined) throw stagingGone(staged.folder);
  const fresh = newAt(fd, index);
  const old = oldAt(fd, index);
  const isReady = becomes === undefined || statOf(fresh) !== undefined;
  const isStarted = seen === undefined && was !== undefined && statOf(old) !== undefined;
  // A staged one that is not there any more was put in its place before, and somebody has changed it since.
  if (!isReady || !(isStarted || isSameEntry(seen?.entry, was))) return { end: 'moved', now: seen?.entry };
  const end = await exchange(copier, { place, change, seen, fresh, old });
  return end === 'moved' ? { end, now: (await look(copier, to.at(path)))?.entry } : { end };
}

const conflictOf = ({ path, was, becomes }: Change, now: Seen['entry'] | undefined): Conflict => ({
  path,
  kind: conflictKindOf(now, becomes),
  base: was,
  local: now,
  remote: becomes,
  resolution: 'pending',
});
