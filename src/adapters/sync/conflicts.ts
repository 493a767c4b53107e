/** What a copy has at the paths of conflicts, kept for whoever decides: the copy itself goes with its run. */
import { closeSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import type { BytePath, Conflict } from '../../ir/workspace.ts';
import { isOfGit, parentOf } from '../../ir/workspace-entry.ts';
import { makeFolders } from '../files/make-folders.ts';
import { pathOfBytes } from './byte-path.ts';
import { type Copier, copyFile, startCopier } from './copy-file.ts';
import { clear } from './copy-tree.ts';
import { type Descent, openDescent, openFolder, type Place } from './descent.ts';
import type { SyncFault } from './fault.ts';
import { statOf } from './look.ts';
import { startPace } from './pace.ts';
import { type Doing, faultOf } from './told.ts';

export interface KeepRequest {
  readonly copyRoot: string;
  /** Of the merge, or of what was applied. */
  readonly merge: { readonly conflicts: readonly Conflict[] };
  /** Absolute; made where it is not there. */
  readonly into: string;
}

/**
 * To the same paths in `into`; a folder with all that is in it. Answers the paths at which the copy has something. May be done again: what
 * is there already is replaced.
 */
export async function keepConflicts({
  copyRoot,
  merge,
  into,
}: KeepRequest): Promise<{ readonly kept: readonly BytePath[] } | { readonly fault: SyncFault }> {
  const doing: Doing = { what: 'read', root: copyRoot };
  const open: Descent[] = [];
  try {
    const from = openDescent(copyRoot);
    open.push(from);
    doing.what = 'write';
    doing.root = into;
    makeFolders(into, 0o700);
    const to = openDescent(into);
    open.push(to);
    const keeping: Keeping = { copier: startCopier(startPace()), from, to, copyRoot };
    const kept: BytePath[] = [];
    for (const { path } of merge.conflicts) {
      if (isOfGit(path)) continue;
      doing.path = path;
      if (await keep(keeping, path)) kept.push(path);
    }
    to.sync(new Set(kept.map(parentOf)));
    return { kept };
  } catch (error) {
    return { fault: faultOf(error, doing) };
  } finally {
    for (const descent of open) descent.close();
  }
}

interface Keeping {
  readonly copier: Copier;
  readonly from: Descent;
  readonly to: Descent;
  readonly copyRoot: string;
}

/** Not by recursion: a program may have made folders in folders as deep as it liked. */
async function keep(keeping: Keeping, path: BytePath): Promise<boolean> {
  const { from, to } = keeping;
  if (statOf(from.at(path)) === undefined) return false;
  for (const above of aboveOf(path)) makeFolder(to.at(above));
  const left = [path];
  for (let next = left.pop(); next !== undefined; next = left.pop()) left.push(...(await keepOne(keeping, next)));
  return true;
}

/** Answers what is in it. */
async function keepOne({ copier, from, to, copyRoot }: Keeping, path: BytePath): Promise<readonly BytePath[]> {
  const source = from.at(path);
  const place = to.at(path);
  const stat = statOf(source);
  if (source === undefined || place === undefined || stat === undefined || isOfGit(path)) return [];
  if (stat.isDirectory()) {
    clear(place);
    mkdirSync(place, { mode: 0o700 });
    return namesIn(source).map((name) => `${path}/${name}`);
  }
  clear(place);
  if (stat.isSymbolicLink()) symlinkSync(readlinkSync(source, { encoding: 'buffer' }), place);
  else if (stat.isFile())
    await copyFile(copier, {
      from: source,
      to: place,
      expected: undefined,
      modeOf: ({ mode }) => (mode & 0o100) | 0o600,
      root: copyRoot,
      path,
      durable: true,
    });
  return [];
}

function namesIn(folder: Place): readonly string[] {
  const fd = openFolder(folder);
  try {
    return readdirSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }).map(pathOfBytes);
  } finally {
    closeSync(fd);
  }
}

function aboveOf(path: BytePath): readonly BytePath[] {
  const above: BytePath[] = [];
  for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) above.unshift(folder);
  return above;
}

/** What an earlier conflict left in its place makes room. */
function makeFolder(place: Place | undefined): void {
  if (place === undefined || lstatSync(place, { throwIfNoEntry: false })?.isDirectory()) return;
  clear(place);
  mkdirSync(place, { mode: 0o700 });
}
