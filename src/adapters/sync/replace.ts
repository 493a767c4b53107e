/**
 * One change of a target that its user may be writing to at the same moment. What was there is kept in the staging folder until all is
 * done: by a second name where a file takes the place of a file, which leaves no moment without either, and else by moving it there. What
 * turns out to have been written to in between goes back.
 */
import { chmodSync, linkSync, lstatSync, readdirSync, renameSync, type Stats, unlinkSync } from 'node:fs';
import type { Change, TreeEntry } from '../../ir/workspace.ts';
import { isSameEntry } from '../../ir/workspace-entry.ts';
import type { Copier } from './copy-file.ts';
import { clear } from './copy-tree.ts';
import type { Place } from './descent.ts';
import { isSameFile, look, type Seen, statOf } from './look.ts';
import { modeFor } from './rights.ts';

export interface Exchange {
  readonly place: Place;
  readonly change: Change;
  /** What stands in `place` now, which is what it was; undefined: it stands in `old` already. */
  readonly seen: Seen | undefined;
  /** In the staging folder. */
  readonly fresh: Place;
  readonly old: Place;
}

/** `moved`: somebody else was faster, and nothing was changed. `kept`: a folder in which something is left. */
export type Exchanged = 'done' | 'moved' | 'kept';

export async function exchange(copier: Copier, one: Exchange): Promise<Exchanged> {
  const { place, seen, fresh, old } = one;
  const { was, becomes } = one.change;
  if (becomes) matchRights(seen, becomes, fresh);
  if (was === undefined) return putNew(fresh, place, becomes);
  if (seen && becomes && was.kind !== 'folder' && becomes.kind !== 'folder' && secondName(place, old))
    return replace(copier, one, seen.stat);
  if (seen) {
    if (was.kind === 'folder' && !isEmpty(place)) return becomes ? 'moved' : 'kept';
    if (!moveAway(place, old)) return becomes ? 'moved' : 'done';
  }
  if (!(await isStill(copier, was, old))) {
    putBack(old, place);
    return 'moved';
  }
  return becomes ? putNew(fresh, place, becomes) : 'done';
}

/** The user may have changed them since it was staged. */
function matchRights(seen: Seen | undefined, becomes: TreeEntry, fresh: Place): void {
  if (becomes.kind !== 'file' || seen?.entry.kind !== 'file') return;
  const mode = modeFor(seen.stat, becomes);
  if ((lstatSync(fresh).mode & 0o7777) !== mode) chmodSync(fresh, mode);
}

/** Never over something that came meanwhile, but for a folder in which nothing is. */
function putNew(fresh: Place, place: Place, becomes: TreeEntry | undefined): Exchanged {
  if (becomes?.kind === 'folder') return renamed(fresh, place);
  try {
    linkSync(fresh, place);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return 'moved';
    if (!noSecondName.includes(code ?? '')) throw error;
    return statOf(place) ? 'moved' : renamed(fresh, place);
  }
  unlinkSync(fresh);
  return 'done';
}

function renamed(from: Place, to: Place): Exchanged {
  try {
    renameSync(from, to);
    return 'done';
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return 'moved';
    throw error;
  }
}

/** What file systems without second names say, those that have too many, and those that protect files of others; and of what is gone. */
const noSecondName: readonly string[] = ['ENOENT', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

function secondName(place: Place, old: Place): boolean {
  clear(old);
  try {
    linkSync(place, old);
    return true;
  } catch (error) {
    if (noSecondName.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** False where it is gone already. */
function moveAway(place: Place, old: Place): boolean {
  clear(old);
  try {
    renameSync(place, old);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function replace(copier: Copier, { place, change, fresh, old }: Exchange, before: Stats): Promise<Exchanged> {
  const now = statOf(place);
  if (!now || !isSameFile(now, before)) {
    clear(old);
    return 'moved';
  }
  renameSync(fresh, place);
  // Whoever had it open may have written to it until then.
  if (isSameFile(lstatSync(old), before) || (await isStill(copier, change.was, old))) return 'done';
  renameSync(old, place);
  return 'moved';
}

async function isStill(copier: Copier, was: TreeEntry | undefined, old: Place): Promise<boolean> {
  const kept = await look(copier, old);
  return isSameEntry(kept?.entry, was) && (was?.kind !== 'folder' || isEmpty(old));
}

/** Where something has come to its place meanwhile, both are there: that one, and the staged one until it is removed. */
function putBack(old: Place, place: Place): void {
  if (!statOf(place)) renameSync(old, place);
}

export const isEmpty = (place: Place): boolean => readdirSync(place, { encoding: 'buffer' }).length === 0;
