/** What a task has committed comes back into the source. Its files come by another way, after this. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SyncFault } from '../fault.ts';
import { isAncestor, mergeTrees } from './ask.ts';
import { type Brought, bring } from './bring.ts';
import { callGit, gitIsThere } from './call.ts';
import { stateOf } from './describe.ts';
import {
  conflict,
  gitFailed,
  moved,
  movesOn,
  noGit,
  notARepository,
  rewritten,
  told,
  underWay,
  underWayInCopy,
  unrelated,
} from './faults.ts';
import type { GitBase, Imported, ImportOptions } from './forms.ts';
import { type HeldIndex, holdIndex } from './index-lock.ts';
import { forgetKept, keepFurther, keepHead, keptHead } from './keep.ts';
import { locate, type Places } from './locate.ts';
import { finishBegun, moveBranch, type Put, putObjects } from './put.ts';
import { type Head, headOf, isRefName } from './refs.ts';
import { withScratch, withTemporary } from './scratch.ts';
import { underWayIn } from './unfinished.ts';
import { copyIndex, viewOf } from './view.ts';

type Fault = { readonly fault: SyncFault };
type Outcome = Pick<Imported, 'history' | 'head' | 'branch'>;
const tries = 5;

/** Before the files are applied. May be done again after a crash or a fault. No file of the working tree is touched. */
export async function importFrom(options: ImportOptions): Promise<{ readonly imported: Imported } | Fault> {
  const { root, copyRoot, base, id, movedFile } = options;
  if (!isRefName(keptHead(id))) throw new Error(`${id} cannot be a part of the name of a ref`);
  if (!gitIsThere()) return { fault: noGit() };
  const places = await locate(root);
  if ('fault' in places) return places;
  return told(root, 'take commits into the repository', () =>
    withScratch(copyRoot, async (scratch) => {
      const brought = await bring(places, copyRoot, scratch, base);
      if ('fault' in brought) return brought;
      const put: Put = { places, scratch, view: brought.gitDir, base, movedFile };
      const further = await keepFurther(put, id, brought.further);
      if ('fault' in further) return further;
      // Its files are halves, and what was parked is in none of them: by now that is kept, whatever becomes of the copy.
      if (brought.underWay !== null)
        return { fault: underWayInCopy(places.topLevel, copyRoot, brought.underWay, further.kept) };
      const held = await holdIndex(places.gitDir, places.topLevel);
      if ('fault' in held) return held;
      try {
        const outcome = await settle(put, held, brought, id);
        return 'fault' in outcome ? outcome : { imported: { ...outcome, kept: further.kept } };
      } finally {
        await held.release();
      }
    }),
  );
}

async function settle(put: Put, held: HeldIndex, brought: Brought, id: string): Promise<Outcome | Fault> {
  const left = await finishBegun(put, held);
  if (left) return left;
  for (let tried = 0; tried < tries; tried++) {
    const { places, base } = put;
    const at = headOf(places.gitDir, places.commonDir);
    if (at === undefined)
      return { fault: notARepository(places.topLevel, 'its HEAD says neither a branch nor a commit') };
    const fault = await hasMoved(put, at, base);
    if (fault) return { fault };
    const outcome = await settleAt(put, held, brought, id, at);
    if (outcome !== 'moved') return outcome;
  }
  return { fault: movesOn(put.places.topLevel) };
}

async function hasMoved({ places, scratch, view }: Put, at: Head, base: GitBase): Promise<SyncFault | undefined> {
  const root = places.topLevel;
  const isSame = at.branch === base.branch && (at.head === null) === (base.head === null);
  if (isSame) {
    // Who checks another commit out without a branch has gone elsewhere; who commits there has not.
    if (at.branch !== null || at.head === base.head || at.head === null || base.head === null) return undefined;
    return (await isAncestor(view, base.head, at.head)) ? undefined : moved(root, base, at, false);
  }
  if (at.head === base.head && at.head !== null) {
    const state = await stateOf(places, at.head, scratch.path);
    if ('fault' in state) return state.fault;
    return state.dirty ? moved(root, base, at, true) : undefined;
  }
  return moved(root, base, at, false);
}

async function settleAt(
  put: Put,
  held: HeldIndex,
  brought: Brought,
  id: string,
  at: Head,
): Promise<Outcome | Fault | 'moved'> {
  const { places, base, view } = put;
  const root = places.topLevel;
  const { head } = brought;
  const same: Outcome = { history: 'kept', ...at };
  if (brought.hasNews && head !== null && at.head !== null && (await isAncestor(view, head, at.head))) {
    await forgetKept(put, id, at.head);
    return same;
  }
  if (brought.isRewritten && head !== null) {
    const kept = brought.hasNews ? await keepHead(put, id, head) : undefined;
    return kept && 'fault' in kept ? kept : { fault: rewritten(root, base.head ?? '', head, kept?.ref) };
  }
  if (!brought.hasNews || head === null) return same;
  const busy = underWayIn(places.gitDir);
  if (busy !== null) return { fault: underWay(root, busy) };
  const isForward = at.head === null || (await isAncestor(view, at.head, head));
  const target = isForward || at.head === null ? { commit: head } : await merged(put, id, at.head, head);
  if ('fault' in target) return target;
  const fault = await putObjects(put, [target.commit], at.head);
  if (fault) return fault;
  const history = isForward ? 'fast_forward' : 'merged';
  const end = await moveBranch(
    put,
    held,
    at,
    target.commit,
    isForward ? 'fast-forward to what a task did' : 'merge of what a task did',
  );
  if (end !== 'done') return end;
  await forgetKept(put, id, target.commit);
  return { history, head: target.commit, branch: at.branch };
}

async function merged(
  put: Put,
  id: string,
  ours: string,
  theirs: string,
): Promise<{ readonly commit: string } | Fault> {
  const { places, view } = put;
  const end = await mergeTrees(view, ours, theirs);
  if ('said' in end) return { fault: gitFailed(places.topLevel, 'merge the branch', end.said) };
  if ('tree' in end) {
    const args = ['commit-tree', end.tree, '-p', ours, '-p', theirs, '-m', 'Merge what a task did'];
    const made = await callGit({ gitDir: view, args });
    const commit = made.out.toString('latin1').trim();
    return made.code === 0 ? { commit } : { fault: gitFailed(places.topLevel, 'commit the merge', made.said) };
  }
  const kept = await keepHead(put, id, theirs);
  if ('fault' in kept) return kept;
  const { ref } = kept;
  return {
    fault: 'unrelated' in end ? unrelated(places.topLevel, ref) : conflict(places.topLevel, end.conflicts, ref),
  };
}

/** After the files were applied: the index learns their times, so that nothing shows as changed that is not. */
export async function refreshIndex(root: string): Promise<{ readonly fault?: SyncFault }> {
  if (!gitIsThere()) return { fault: noGit() };
  const places = await locate(root);
  if ('fault' in places) return places;
  const held = await holdIndex(places.gitDir, places.topLevel);
  if ('fault' in held) return held;
  try {
    return await told(root, 'refresh the index', () =>
      withTemporary(({ path }) => refreshed(places, held, join(path, 'view'))),
    );
  } finally {
    await held.release();
  }
}

async function refreshed(places: Places, held: HeldIndex, folder: string): Promise<{ readonly fault?: SyncFault }> {
  const view = viewOf(places, folder);
  const index = join(held.folder, 'index');
  rmSync(index, { force: true });
  if (!copyIndex(places.gitDir, index, view)) return {};
  const args = ['update-index', '-q', '--no-split-index', '--refresh'];
  const { code, said } = await callGit({ gitDir: view, workTree: places.topLevel, index, args });
  // 1: something has changed.
  if (code === 0 || code === 1) held.replace(index);
  else rmSync(index, { force: true });
  return code === 0 || code === 1 ? {} : { fault: gitFailed(places.topLevel, 'refresh the index', said) };
}
