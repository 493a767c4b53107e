/**
 * Of an apply that cannot be ended, for instance because the disk is full: what was there goes back, the very same files, in the opposite
 * order. It starts from what it finds, so that it also takes back what an earlier process did. What somebody has edited since stays.
 */
import { lstatSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import type { BytePath, Change } from '../../ir/workspace.ts';
import { isSameEntry, parentOf } from '../../ir/workspace-entry.ts';
import type { Copier } from './copy-file.ts';
import type { Descent, Place } from './descent.ts';
import { look, statOf } from './look.ts';
import { isEmpty } from './replace.ts';
import { newAt, oldAt } from './staging-folder.ts';

interface Undoing {
  readonly copier: Copier;
  readonly to: Descent;
  readonly fd: number;
}

/** False where not even that could be done everywhere; then the staging folder must stay. */
export async function undo(
  undoing: Undoing,
  changes: readonly Change[],
  without: ReadonlySet<BytePath> = new Set(),
): Promise<boolean> {
  const touched = new Set<BytePath>();
  let isWhole = true;
  for (const [index, change] of [...changes.entries()].reverse()) {
    if (without.has(change.path)) continue;
    try {
      if (await undoOne(undoing, index, change)) touched.add(parentOf(change.path));
    } catch {
      isWhole = false;
    }
  }
  try {
    undoing.to.sync(touched);
  } catch {
    isWhole = false;
  }
  return isWhole;
}

async function undoOne({ copier, to, fd }: Undoing, index: number, { path, was, becomes }: Change): Promise<boolean> {
  const fresh = newAt(fd, index);
  const old = oldAt(fd, index);
  const seen = await look(copier, to.at(path));
  const place = to.at(path);
  if (place === undefined) return false;
  if (statOf(old) === undefined)
    return was === undefined && seen !== undefined && takeBack(fresh, place, becomes, seen.entry);
  if (seen === undefined) {
    renameSync(old, place);
    return true;
  }
  if (becomes === undefined || isSameEntry(seen.entry, was) || !isSameEntry(seen.entry, becomes)) return false;
  if (becomes.kind === 'folder') {
    if (!isEmpty(place)) return false;
    rmdirSync(place);
  } else if (was?.kind === 'folder') unlinkSync(place);
  renameSync(old, place);
  return true;
}

/** What was made where nothing had been; but not what somebody else made alike. */
function takeBack(fresh: Place, place: Place, becomes: Change['becomes'], now: Change['becomes']): boolean {
  const staged = statOf(fresh);
  const isOurs = staged === undefined || staged.ino === lstatSync(place).ino;
  if (!isOurs || !isSameEntry(now, becomes)) return false;
  if (becomes?.kind !== 'folder') unlinkSync(place);
  else if (isEmpty(place)) rmdirSync(place);
  else return false;
  return true;
}
