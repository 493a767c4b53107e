/** Takes a branch back that an import has moved, where the finalize that it belongs to was cut off and is given up. */
import { lstatSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BytePath } from '../../../ir/workspace.ts';
import type { SyncFault } from '../fault.ts';
import { isAncestor } from './ask.ts';
import { callGit } from './call.ts';
import { emptyTree } from './describe.ts';
import { gitFailed, told } from './faults.ts';
import { type HeldIndex, holdIndex } from './index-lock.ts';
import { locate, type Places } from './locate.ts';
import { moveIndex } from './move-index.ts';
import type { MovedBranch } from './moved-file.ts';
import { headOf, refsNamed } from './refs.ts';
import { withTemporary } from './scratch.ts';
import { differencesIn } from './staged.ts';
import { copyIndex, viewOf } from './view.ts';

type Fault = { readonly fault: SyncFault };

/** Somebody has committed upon it since, so that it stays. */
export interface Remains {
  readonly branch: string | null;
  /** What the import has set. */
  readonly commit: string;
  readonly head: string;
  /** What differs between the commit before the import and now: these files are those of commits. */
  readonly paths: readonly BytePath[];
}

/** `file` is what `moveBranch` has written. May be done again after a crash. */
export async function moveBack(root: string, file: string): Promise<{ readonly remains?: Remains } | Fault> {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return {};
  const moved = JSON.parse(readFileSync(file, 'utf8')) as MovedBranch;
  const places = await locate(root);
  if ('fault' in places) return places;
  const held = await holdIndex(places.gitDir, places.topLevel);
  if ('fault' in held) return held;
  try {
    return await told(root, 'move the branch back', () =>
      withTemporary(({ path }) => movedBack(places, held, viewOf(places, join(path, 'view')), moved)),
    );
  } finally {
    await held.release();
  }
}

async function movedBack(
  places: Places,
  held: HeldIndex,
  view: string,
  { branch, from, to, staged }: MovedBranch,
): Promise<{ readonly remains?: Remains } | Fault> {
  const at = headOf(places.gitDir, places.commonDir);
  const isOut = at?.branch === branch;
  const head = (branch === null ? at?.head : refsNamed(places.commonDir, [branch]).get(branch)) ?? null;
  // Whoever was ended after it had moved the branch back has not moved the index. Where neither was moved, both are as they are to be.
  const isBack = head === from;
  if (!isBack && (head === null || (branch === null && !isOut))) return {};
  const old = from ?? emptyTree(places);
  if (head !== null && !isBack && head !== to) {
    if ((await isAncestor(view, to, head)) !== true) return {};
    const args = ['diff-tree', '-r', '--raw', '-z', '--no-renames', old, head, '--'];
    const { code, out, said } = await callGit({ gitDir: view, args });
    if (code !== 0) return { fault: gitFailed(places.topLevel, 'compare the commits', said) };
    return { remains: { branch, commit: to, head, paths: differencesIn(out).map(({ path }) => path) } };
  }
  const index = join(held.folder, 'index');
  rmSync(index, { force: true });
  const hasIndex = isOut && copyIndex(places.gitDir, index, view);
  if (hasIndex) {
    const call = { workTree: places.topLevel, gitDir: view, index };
    const end = await moveIndex({ ...call, from: to, to: old, staged: {}, becomes: staged });
    if (end.code !== 0) return { fault: gitFailed(places.topLevel, 'write the index', end.said) };
  }
  const ref = branch === null ? ['--no-deref', 'HEAD'] : [branch];
  const set = from === null ? ['-d', ...ref, to] : [...ref, from, to];
  if (!isBack) {
    const args = ['update-ref', '-m', 'headgate: what a task did was given up', ...set];
    const end = await callGit({ gitDir: places.gitDir, args });
    if (end.code !== 0) return { fault: gitFailed(places.topLevel, 'move the branch back', end.said) };
  }
  if (hasIndex) held.replace(index);
  rmSync(join(held.folder, 'import.json'), { force: true });
  return {};
}
