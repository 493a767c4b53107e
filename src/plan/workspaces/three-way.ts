/**
 * What becomes of the source (`local`) when the copy (`remote`) comes back, seen from what both were (`base`). Only what the copy changed
 * is ever written; what both sides changed, each in its own way, is a conflict. Trees are closed: what holds an entry is a folder of theirs.
 *
 * A path whose sides differ in being a folder is judged together with all that lies below it: half of a folder cannot be a file. The one
 * conflict at that path stands for all of them. What is `other` does not travel: of the copy it is not seen, of the source it is never
 * written over and never removed.
 */
import type { ConflictPolicy } from '../../ir/plan-workspace-schema.ts';
import type { BytePath, Change, Conflict, Merge, Tree, TreeEntry } from '../../ir/workspace.ts';
import { conflictKindOf, isSameEntry, neverTravels, parentOf } from '../../ir/workspace-entry.ts';
import { massDeletion } from './mass-deletion.ts';
import { belowIn, byWalk, compareKeys, orderKey, pathOfKey } from './path-order.ts';

/** Conflicts that somebody has said the end of: whose side is taken there. */
export type Resolved = ReadonlyMap<BytePath, 'local' | 'remote'>;

type Entry = TreeEntry | undefined;

export function threeWay(
  base: Tree,
  local: Tree,
  remote: Tree,
  policy: ConflictPolicy,
  resolved: Resolved = new Map(),
): Merge {
  const suspicious = massDeletion(base, remote);
  if (suspicious) return { changes: [], conflicts: [], suspicious };
  const merging = startMerge(base, local, remote, (path) => resolved.get(path) ?? sideOf[policy]);
  for (const path of changedPaths(base, remote)) decide(merging, path);
  return finish(merging);
}

const sideOf = { keep_local: 'pending', local_wins: 'local', remote_wins: 'remote' } as const;

interface Merging {
  readonly base: Tree;
  readonly local: Tree;
  readonly remote: Tree;
  readonly sideAt: (path: BytePath) => Conflict['resolution'];
  readonly belowLocal: (path: BytePath) => readonly BytePath[];
  readonly belowRemote: (path: BytePath) => readonly BytePath[];
  readonly belowBoth: (path: BytePath) => readonly BytePath[];
  readonly changes: Change[];
  readonly conflicts: Conflict[];
  /** Paths that become folders. */
  readonly made: Set<BytePath>;
  /** Folders that the copy no longer has; each goes if nothing is left in it. */
  readonly leaving: BytePath[];
  /** Key of a path that is decided with all that is below it; later ones lie below it or behind it. */
  over: string | undefined;
}

const startMerge = (base: Tree, local: Tree, remote: Tree, sideAt: Merging['sideAt']): Merging => ({
  base,
  local,
  remote,
  sideAt,
  belowLocal: belowIn(local),
  belowRemote: belowIn(remote),
  belowBoth: belowIn(base, local),
  changes: [],
  conflicts: [],
  made: new Set(),
  leaving: [],
  over: undefined,
});

/** A copy never got what is `other` in the source. */
const givenAt = (base: Tree, path: BytePath): Entry => {
  const entry = base.get(path);
  return entry?.kind === 'other' ? undefined : entry;
};

/** What is `other` in the copy and was nothing before is not seen. */
function cameAt(base: Tree, remote: Tree, path: BytePath): Entry {
  const entry = remote.get(path);
  return entry?.kind === 'other' && givenAt(base, path) === undefined ? undefined : entry;
}

function changedPaths(base: Tree, remote: Tree): readonly BytePath[] {
  const keys: string[] = [];
  const look = (path: BytePath): void => {
    if (!isSameEntry(givenAt(base, path), cameAt(base, remote, path)) && !neverTravels(path)) keys.push(orderKey(path));
  };
  for (const path of base.keys()) look(path);
  for (const path of remote.keys()) if (!base.has(path)) look(path);
  return keys.sort(compareKeys).map(pathOfKey);
}

function decide(merging: Merging, path: BytePath): void {
  const { base, local, remote, over } = merging;
  if (over !== undefined && orderKey(path).startsWith(`${over}\0`)) return;
  const was = local.get(path);
  const becomes = cameAt(base, remote, path);
  if (isSameEntry(was, becomes)) return;
  const blocking = becomes === undefined ? undefined : blockingFolder(merging, path);
  // What is `other` cannot go where something else is, nor something else where it is.
  const isOther = becomes?.kind === 'other' || was?.kind === 'other';
  if (blocking !== undefined) conflictAt(merging, blocking);
  else if (becomes?.kind === 'other' && was === undefined) return;
  else if (isOther || isChangedHere(merging, path)) conflictAt(merging, path);
  else take(merging, path, was, becomes);
}

/** What is above `path` in the source, where that is no folder and stays: the copy has a folder there. */
function blockingFolder({ local, made }: Merging, path: BytePath): BytePath | undefined {
  for (let above = parentOf(path); above !== ''; above = parentOf(above)) {
    if (made.has(above)) return undefined;
    const entry = local.get(above);
    if (entry) return entry.kind === 'folder' ? undefined : above;
  }
  return undefined;
}

/** By the source, since the copy was made. Where a folder has to make room, all that is in it counts, and what is `other` always does. */
function isChangedHere({ base, local, remote, belowBoth }: Merging, path: BytePath): boolean {
  const was = local.get(path);
  if (!isSameEntry(givenAt(base, path), was)) return true;
  if (was?.kind !== 'folder' || remote.get(path) === undefined) return false;
  return belowBoth(path).some(
    (below) => local.get(below)?.kind === 'other' || !isSameEntry(givenAt(base, below), local.get(below)),
  );
}

/** Where the copy wins, all of its side below the path takes the place of all of that of the source. */
function conflictAt(merging: Merging, path: BytePath): void {
  const { base, local, remote, belowLocal, belowRemote } = merging;
  const was = local.get(path);
  const there = remote.get(path);
  const cannotGo =
    there?.kind === 'other' ||
    was?.kind === 'other' ||
    (was?.kind === 'folder' &&
      belowLocal(path).some((below) => local.get(below)?.kind === 'other' || neverTravels(below)));
  const side = merging.sideAt(path);
  const resolution = cannotGo && side === 'remote' ? 'local' : side;
  merging.conflicts.push({
    path,
    kind: conflictKindOf(was, there),
    base: base.get(path),
    local: was,
    remote: there,
    resolution,
  });
  merging.over = orderKey(path);
  if (resolution !== 'remote') return;
  if (was?.kind === 'folder')
    for (const below of belowLocal(path))
      merging.changes.push({ path: below, was: local.get(below), becomes: undefined });
  write(merging, path, was, there);
  if (there?.kind !== 'folder') return;
  for (const below of belowRemote(path)) {
    const entry = remote.get(below);
    if (entry?.kind !== 'other' && !neverTravels(below)) write(merging, below, undefined, entry);
  }
}

/** The source has not changed it. */
function take(merging: Merging, path: BytePath, was: Entry, becomes: Entry): void {
  if (was?.kind === 'folder' && becomes === undefined) merging.leaving.push(path);
  else write(merging, path, was, becomes);
}

function write(merging: Merging, path: BytePath, was: Entry, becomes: Entry): void {
  const { changes, local, made } = merging;
  if (becomes) {
    for (let above = parentOf(path); above !== '' && !made.has(above) && !local.has(above); above = parentOf(above)) {
      // The source removed it, and the copy has put something into it.
      made.add(above);
      changes.push({ path: above, was: undefined, becomes: { kind: 'folder' } });
    }
    if (becomes.kind === 'folder') made.add(path);
  }
  changes.push({ path, was, becomes });
}

function finish(merging: Merging): Merge {
  const changes = [...merging.changes, ...foldersThatGo(merging)].sort(byWalk);
  const isLast = ({ was, becomes }: Change): boolean => becomes === undefined || was?.kind === 'folder';
  return {
    changes: [...changes.filter((change) => !isLast(change)), ...changes.filter(isLast).reverse()],
    conflicts: merging.conflicts.sort(byWalk),
  };
}

/** Deepest first: what is left in one keeps it, and those above it. */
function foldersThatGo({ local, leaving, changes }: Merging): readonly Change[] {
  const left = new Map(leaving.map((path) => [path, 0]));
  const count = (path: BytePath, by: number): void => {
    const above = parentOf(path);
    const now = left.get(above);
    if (now !== undefined) left.set(above, now + by);
  };
  for (const path of local.keys()) count(path, 1);
  for (const { path, becomes } of changes) if (becomes === undefined) count(path, -1);
  const gone: Change[] = [];
  for (const path of leaving.toReversed()) {
    if (left.get(path) !== 0) continue;
    count(path, -1);
    gone.push({ path, was: { kind: 'folder' }, becomes: undefined });
  }
  return gone;
}
