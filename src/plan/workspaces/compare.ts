/** What a task did in its copy, beside what became of the source meanwhile: path by path. Pure. */
import type { BytePath, Tree, TreeEntry } from '../../ir/workspace.ts';
import { parentOf } from '../../ir/workspace-entry.ts';
import { byWalk } from './path-order.ts';

/** What became of a path since the copy was made. `mode`: it may be executed now, or no longer, and nothing else is different. */
export type Turn = 'same' | 'added' | 'changed' | 'removed' | 'mode' | 'type';

export interface ComparedPath {
  readonly path: BytePath;
  readonly copy: Turn;
  readonly source: Turn;
  /** Both sides have changed it, each in another way. */
  readonly conflict: boolean;
  /** When the copy was made, in the source now, in the copy now; undefined where nothing is there. */
  readonly base: TreeEntry | undefined;
  readonly local: TreeEntry | undefined;
  readonly remote: TreeEntry | undefined;
}

/** Paths that have turned on a side, in the order of a tree: a folder stands right before what is in it. `conflicts` are those that the merge has found. O(paths × log paths). */
export function compareSides(
  base: Tree,
  local: Tree,
  remote: Tree,
  conflicts: ReadonlySet<BytePath>,
): readonly ComparedPath[] {
  const turned: ComparedPath[] = [];
  for (const path of new Set([...base.keys(), ...local.keys(), ...remote.keys()])) {
    const sides = { base: base.get(path), local: local.get(path), remote: remote.get(path) };
    const [copy, source] = [turnOf(sides.base, sides.remote), turnOf(sides.base, sides.local)];
    if (copy === 'same' && source === 'same') continue;
    turned.push({ path, copy, source, conflict: isAtOrBelow(path, conflicts), ...sides });
  }
  return turned.sort(byWalk);
}

/** A conflict between a folder and something else stands for all that lies below it. */
function isAtOrBelow(path: BytePath, conflicts: ReadonlySet<BytePath>): boolean {
  if (conflicts.size === 0) return false;
  for (let at = path; at !== ''; at = parentOf(at)) if (conflicts.has(at)) return true;
  return false;
}

/** What does not travel, such as a pipe, is in no copy: that says nothing. */
export function turnOf(was: TreeEntry | undefined, is: TreeEntry | undefined): Turn {
  if (was?.kind === 'other' && !is) return 'same';
  if (!was) return is ? 'added' : 'same';
  if (!is) return 'removed';
  if (was.kind !== is.kind) return 'type';
  if (was.kind === 'file' && is.kind === 'file') {
    if (was.hash !== is.hash || was.size !== is.size) return 'changed';
    return was.executable === is.executable ? 'same' : 'mode';
  }
  return was.kind === 'link' && is.kind === 'link' && was.target !== is.target ? 'changed' : 'same';
}
