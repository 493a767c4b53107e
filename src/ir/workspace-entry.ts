/** What is asked of entries and paths of trees by whoever compares them. */
import type { BytePath, Conflict, TreeEntry } from './workspace.ts';

/** Of what travels: other mode bits and times make no difference. Nothing and nothing are the same. */
export function isSameEntry(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.kind !== b.kind) return false;
  if (a.kind === 'file' && b.kind === 'file')
    return a.hash === b.hash && a.executable === b.executable && a.size === b.size;
  return a.kind === 'link' && b.kind === 'link' ? a.target === b.target : true;
}

export function conflictKindOf(local: TreeEntry | undefined, remote: TreeEntry | undefined): Conflict['kind'] {
  if (local === undefined) return 'delete-update';
  if (remote === undefined) return 'update-delete';
  const isOneFolder = (local.kind === 'folder') !== (remote.kind === 'folder');
  return isOneFolder || local.kind === 'other' || remote.kind === 'other' ? 'type' : 'merge';
}

/**
 * A folder or file `.git` at any depth, and all below it: what git keeps there runs programs. In any case of its letters, since
 * there are file systems that tell none apart. It is never part of what is merged, staged or applied.
 */
export const isOfGit = (path: BytePath): boolean => GIT.test(path);
const GIT = /(?:^|\/)\.git(?:\/|$)/i;

/** Entries at the root of a tree whose names begin so hold changes that wait to be applied, and are not part of it. */
export const stagingPrefix = '.headgate-staging-';

/** Of no merge, whatever a tree says. */
export const neverTravels = (path: BytePath): boolean => isOfGit(path) || path.startsWith(stagingPrefix);

/** `''` for what lies at the root. */
export const parentOf = (path: BytePath): BytePath => path.slice(0, Math.max(0, path.lastIndexOf('/')));
