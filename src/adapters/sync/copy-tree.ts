/** A tree as a second one that shares nothing with it but, where the file system can, blocks that nobody has written to yet. */
import { futimesSync, lstatSync, mkdirSync, readlinkSync, type Stats, symlinkSync, unlinkSync } from 'node:fs';
import type { BytePath, Tree, TreeEntry } from '../../ir/workspace.ts';
import { isOfGit } from '../../ir/workspace-entry.ts';
import { makeFolders } from '../files/make-folders.ts';
import { removeTree } from '../files/remove-tree.ts';
import { bytesOf, pathOfBytes } from './byte-path.ts';
import { type Copier, copyFile, startCopier } from './copy-file.ts';
import { type Descent, openDescent, type Place } from './descent.ts';
import type { SyncFault } from './fault.ts';
import { statOf } from './look.ts';
import { startPace } from './pace.ts';
import { type Doing, faultOf, moved } from './told.ts';

export interface CopyTreeRequest {
  readonly from: string;
  readonly tree: Tree;
  /** Absolute; made where it is not there. Paths of the tree that are there already are replaced. */
  readonly to: string;
}

/**
 * Each file must still be what the tree says. What is `other` is left out, and so is all of git. Times and the rights of rwx come along, so
 * that a build in the copy finds what it built before; nothing is synced: a copy that a crash cut short is made again. After a fault `to`
 * holds a part.
 */
export async function copyTree({
  from,
  tree,
  to,
}: CopyTreeRequest): Promise<{ readonly files: number; readonly bytes: number } | { readonly fault: SyncFault }> {
  const doing: Doing = { what: 'write', root: to };
  const open: Descent[] = [];
  try {
    makeFolders(to, 0o700);
    const target = openDescent(to);
    open.push(target);
    doing.what = 'read';
    doing.root = from;
    const source = openDescent(from);
    open.push(source);
    const copier = startCopier(startPace());
    let files = 0;
    let bytes = 0;
    for (const [path, entry] of tree) {
      if (entry.kind === 'other' || isOfGit(path)) continue;
      doing.path = path;
      bytes += await copyEntry(copier, { source, target, from, path, entry });
      if (entry.kind === 'file') files++;
    }
    return { files, bytes };
  } catch (error) {
    return { fault: faultOf(error, isOfSpace(error) ? { ...doing, what: 'write', root: to } : doing) };
  } finally {
    for (const descent of open) descent.close();
  }
}

const isOfSpace = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '');

interface One {
  readonly source: Descent;
  readonly target: Descent;
  readonly from: string;
  readonly path: BytePath;
  readonly entry: TreeEntry;
}

async function copyEntry(copier: Copier, { source, target, from, path, entry }: One): Promise<number> {
  const there = source.at(path);
  const to = target.at(path);
  if (there === undefined || to === undefined) throw moved(from, path);
  const stat = statOf(there);
  if (entry.kind === 'folder') {
    if (!stat?.isDirectory()) throw moved(from, path);
    if (!statOf(to)?.isDirectory()) {
      clear(to);
      // Who made it can fill it.
      mkdirSync(to, (stat.mode & 0o777) | 0o700);
    }
    return 0;
  }
  clear(to);
  if (entry.kind === 'file')
    return copyFile(copier, {
      from: there,
      to,
      expected: entry,
      modeOf: ({ mode }) => mode | 0o600,
      root: from,
      path,
      durable: false,
      finish: (fd, { atimeMs, mtimeMs }) => futimesSync(fd, atimeMs / 1000, mtimeMs / 1000),
    });
  if (entry.kind === 'link') copyLink(there, to, stat, entry.target, moved(from, path));
  return 0;
}

function copyLink(from: Place, to: Place, stat: Stats | undefined, expected: string, fault: Error): void {
  if (!stat?.isSymbolicLink() || pathOfBytes(readlinkSync(from, { encoding: 'buffer' })) !== expected) throw fault;
  symlinkSync(bytesOf(expected), to);
}

/** For something of another kind, or another one of the same. */
export function clear(place: Place): void {
  const stat = lstatSync(place, { throwIfNoEntry: false });
  if (stat?.isDirectory()) removeTree(place);
  else if (stat) unlinkSync(place);
}
