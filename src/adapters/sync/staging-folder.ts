/**
 * Where changes wait: beside the target, so that a rename brings each in whole, and nobody who looks into the target sees half of one. Where
 * there nothing can be made, or a rename would have to cross into another mount: in the target itself, at its root, under the same name.
 */

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stagingPrefix } from '../../ir/workspace-entry.ts';
import { removeTree } from '../files/remove-tree.ts';
import { inFolder, openFolder, type Place } from './descent.ts';
import { Told } from './told.ts';

/** A name of a file, and of no other copy. */
export const stagingName = (name: string): string =>
  stagingPrefix + (/^[\w.-]{1,100}$/.test(name) ? name : createHash('sha256').update(name).digest('hex').slice(0, 32));

const placesOf = (target: string, name: string): readonly [beside: string, inside: string] => [
  join(dirname(target), stagingName(name)),
  join(target, stagingName(name)),
];

/**
 * Whatever lies ready under this name, also where nobody wrote down that it does. Danger: what was there before an apply that was not ended
 * lies there too. Throws as the system does.
 */
export function removeStagingOf(target: string, name: string): void {
  for (const place of placesOf(target, name)) removeStagingFolder(place);
}

/** Made anew: what an earlier one left is gone. Throws as the system does. */
export function makeStagingFolder(target: string, name: string): string {
  const places = placesOf(target, name);
  removeStagingOf(target, name);
  if (isOneMount(dirname(target), target)) {
    try {
      mkdirSync(places[0], { mode: 0o700 });
      return places[0];
    } catch (error) {
      if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  mkdirSync(places[1], { mode: 0o700 });
  return places[1];
}

/** As renames see it: two mounts of one file system are two. */
function isOneMount(a: string, b: string): boolean {
  const [first, second] = [a, b].map((folder) => {
    let fd: number | undefined;
    try {
      fd = openFolder(folder);
      return /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    } catch {
      return undefined;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  });
  return first !== undefined && first === second;
}

/**
 * Need not be there. Only what this user made, and nobody else can write to, is touched. It goes under another name first: who is killed
 * in the middle leaves nothing that could be taken for a whole one.
 */
export function removeStagingFolder(folder: string): void {
  const going = `${folder}-gone`;
  removeOwn(going);
  const fd = openStaging(folder);
  if (fd === undefined) return;
  closeSync(fd);
  try {
    renameSync(folder, going);
  } catch {
    // For instance a disk that is full: then as it is.
    removeTree(folder);
  }
  removeOwn(going);
}

function removeOwn(folder: string): void {
  const fd = openStaging(folder);
  if (fd === undefined) return;
  closeSync(fd);
  removeTree(folder);
}

/** Undefined where it is not there. Throws where it is somebody else's. */
export function openStaging(folder: string): number | undefined {
  let fd: number;
  try {
    fd = openFolder(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw foreign(folder);
  }
  const { uid, mode } = fstatSync(fd);
  if (uid === process.geteuid?.() && (mode & 0o077) === 0) return fd;
  closeSync(fd);
  throw foreign(folder);
}

const foreign = (folder: string): Told =>
  new Told({
    code: 'workspace_staging_foreign',
    message: `${folder} is in the way: it is not a folder that only you can use`,
    remedy: 'look at what it is, remove it, and finalize again',
  });

/** What a change brings, by its number. */
export const newAt = (fd: number, index: number): Place => inFolder(fd, `new-${index}`);
/** What was in its place, until all is done. */
export const oldAt = (fd: number, index: number): Place => inFolder(fd, `old-${index}`);

export function syncFolderOf(path: string): void {
  const fd = openFolder(path);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

export const stagingGone = (folder: string): Told =>
  new Told({
    code: 'workspace_staging_gone',
    message: `${folder}, which holds the staged changes, is gone`,
    remedy: 'finalize again',
  });
