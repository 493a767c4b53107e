/** Everything that is going to be written, ready beside the target: whole, synced, and still what was merged. */
import { closeSync, fsyncSync, mkdirSync, readlinkSync, type Stats, statSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BytePath, Change, Merge } from '../../ir/workspace.ts';
import { bytesOf, pathOfBytes } from './byte-path.ts';
import { type Copier, copyFile, startCopier } from './copy-file.ts';
import { type Descent, openDescent, type Place } from './descent.ts';
import type { SyncFault } from './fault.ts';
import { needSpace } from './free-space.ts';
import { statOf } from './look.ts';
import { startPace } from './pace.ts';
import { refuseMerge } from './refuse-merge.ts';
import { giveTo, modeFor } from './rights.ts';
import {
  makeStagingFolder,
  newAt,
  openStaging,
  removeStagingFolder,
  stagingGone,
  syncFolderOf,
} from './staging-folder.ts';
import { type Doing, faultOf, moved, Told } from './told.ts';

/** What a journal holds between staging and applying: plain JSON. */
export interface Staged {
  /** Absolute; empty where nothing is to be changed. */
  readonly folder: string;
}

export interface StageRequest {
  /** Absolute: what the run worked on. */
  readonly copyRoot: string;
  /** Absolute, real: what is to be changed. */
  readonly target: string;
  readonly merge: Merge;
  /** One for each copy of each run: the folder is called `.headgate-staging-<name>`. */
  readonly name: string;
}

/**
 * Whole or not at all: after a fault nothing is left. May be called again after a crash, also when some of it has been applied: what an
 * earlier one of this name left is taken away first.
 */
export async function stage(
  request: StageRequest,
): Promise<{ readonly staged: Staged } | { readonly fault: SyncFault }> {
  const { target, merge } = request;
  // Also where it is beside the target that nothing can be made: that one is what whoever reads it knows.
  const doing: Doing = { what: 'write', root: target };
  let folder = '';
  try {
    refuseMerge(merge, target);
    if (merge.changes.length === 0) return { staged: { folder } };
    needSpace(target, merge.changes);
    folder = makeStagingFolder(target, request.name);
    doing.root = folder;
    await fill(folder, request, doing);
    syncFolderOf(folder);
    syncFolderOf(dirname(folder));
    return { staged: { folder } };
  } catch (error) {
    const fault = faultOf(error, doing);
    removeStaged({ folder });
    return { fault };
  }
}

/** Need not be there. What cannot be removed is left: whoever stages under this name again is told of it. */
export function removeStaged({ folder }: Staged): void {
  if (folder === '') return;
  try {
    removeStagingFolder(folder);
  } catch {
    // All is done that was to be done.
  }
}

async function fill(folder: string, { copyRoot, target, merge }: StageRequest, doing: Doing): Promise<void> {
  const fd = openStaging(folder);
  if (fd === undefined) throw stagingGone(folder);
  const open: Descent[] = [];
  try {
    const from = openDescent(copyRoot);
    open.push(from);
    const to = openDescent(target);
    open.push(to);
    const owner = statSync(target);
    const copier = startCopier(startPace());
    for (const [index, change] of merge.changes.entries()) {
      doing.path = change.path;
      await stageOne(copier, { fd, index, change, from, to, copyRoot, owner });
    }
    doing.path = undefined;
    fsyncSync(fd);
  } finally {
    for (const descent of open) descent.close();
    closeSync(fd);
  }
}

interface One {
  readonly fd: number;
  readonly index: number;
  readonly change: Change;
  readonly from: Descent;
  readonly to: Descent;
  readonly copyRoot: string;
  /** Of the root of the target. */
  readonly owner: Stats;
}

async function stageOne(copier: Copier, { fd, index, change, from, to, copyRoot, owner }: One): Promise<void> {
  const { path, becomes } = change;
  if (becomes === undefined || becomes.kind === 'other') return;
  const place = newAt(fd, index);
  const { source, stat } = sourceOf(from, copyRoot, path);
  const now = statOf(to.at(path));
  if (becomes.kind === 'folder') {
    if (!stat.isDirectory()) throw moved(copyRoot, path);
    mkdirSync(place);
  } else if (becomes.kind === 'link') {
    if (!stat.isSymbolicLink() || pathOfBytes(readlinkSync(source, { encoding: 'buffer' })) !== becomes.target)
      throw moved(copyRoot, path);
    symlinkSync(bytesOf(becomes.target), place);
  } else {
    await copyFile(copier, {
      from: source,
      to: place,
      expected: becomes,
      modeOf: () => modeFor(now, becomes),
      root: copyRoot,
      path,
      durable: true,
    });
  }
  giveTo(now ?? owner, place);
}

function sourceOf(from: Descent, root: string, path: BytePath): { readonly source: Place; readonly stat: Stats } {
  let source: Place | undefined;
  try {
    source = from.at(path);
  } catch (error) {
    throw new Told(faultOf(error, { what: 'read', root, path }));
  }
  const stat = statOf(source);
  if (source === undefined || stat === undefined) throw moved(root, path);
  return { source, stat };
}
