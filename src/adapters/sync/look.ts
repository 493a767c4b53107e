/** What is at one place now, in the words of a tree. */
import { closeSync, fstatSync, lstatSync, readlinkSync, type Stats } from 'node:fs';
import type { TreeEntry } from '../../ir/workspace.ts';
import { pathOfBytes } from './byte-path.ts';
import { type Copier, isExecutable, openToRead, pump } from './copy-file.ts';
import type { Place } from './descent.ts';

export interface Seen {
  readonly entry: TreeEntry;
  /** Taken after the bytes were read: who finds the same again has found the same bytes. */
  readonly stat: Stats;
}

/** Undefined where nothing is, or no folder that could hold it. Throws as the system does for what cannot be read. */
export async function look(copier: Copier, place: Place | undefined): Promise<Seen | undefined> {
  const stat = statOf(place);
  if (place === undefined || stat === undefined) return undefined;
  if (stat.isDirectory()) return { entry: { kind: 'folder' }, stat };
  if (stat.isSymbolicLink())
    return { entry: { kind: 'link', target: pathOfBytes(readlinkSync(place, { encoding: 'buffer' })) }, stat };
  if (!stat.isFile()) return { entry: { kind: 'other' }, stat };
  return lookAtFile(copier, place);
}

/** It may have gone, or become something else, since. */
async function lookAtFile(copier: Copier, place: Place): Promise<Seen | undefined> {
  const opened = openToRead(place);
  if (!opened) return look(copier, place);
  const { fd, stat } = opened;
  try {
    const { hash, size } = await pump(copier, fd, undefined, stat.size);
    const after = fstatSync(fd);
    if (!isSameFile(stat, after))
      return { entry: { kind: 'file', executable: isExecutable(after), size, hash: '' }, stat: after };
    return { entry: { kind: 'file', executable: isExecutable(stat), size, hash }, stat };
  } finally {
    closeSync(fd);
  }
}

export function statOf(place: Place | undefined): Stats | undefined {
  return place === undefined ? undefined : lstatSync(place, { throwIfNoEntry: false });
}

/** The very same, and nobody has written to it; a rename or another name of it changes no more than the time of its inode. */
export const isSameFile = (a: Stats, b: Stats): boolean =>
  a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeMs === b.mtimeMs && a.mode === b.mode;
