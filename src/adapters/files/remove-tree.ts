/**
 * Taking away a folder that a program has filled as it liked: with folders in folders until no path names the last of them, and with
 * folders that it took its own rights to. Nothing in it is followed, and no path is longer than one name below what is held open.
 */
import { chmodSync, closeSync, constants, openSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';

/** Needs no right to what it opens; of Linux, and the same number on every machine that there are sandboxes for. */
const O_PATH = 0o10000000;
const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants;

/** It need not be there. Throws, as the system does, for what its owner cannot remove either. */
export function removeTree(folder: string | Buffer): void {
  const top = openFolder(typeof folder === 'string' ? Buffer.from(folder) : folder);
  if (top === undefined) return;
  try {
    // Folders inside are moved up here and emptied one by one, so that it does not matter how deep they lay.
    const left = removeFiles(top);
    let moved = 0;
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      const fd = openFolder(below(top, name));
      if (fd === undefined) continue;
      try {
        for (const inner of removeFiles(fd)) left.push(moveUp(below(fd, inner), top, () => `${moved++}`));
      } finally {
        closeSync(fd);
      }
      rmdirSync(below(top, name));
    }
  } finally {
    closeSync(top);
  }
  rmdirSync(folder);
}

/** Answers the names of the folders, which stay. */
function removeFiles(fd: number): Buffer[] {
  const folders: Buffer[] = [];
  for (const entry of readdirSync(own(fd), { encoding: 'buffer', withFileTypes: true })) {
    if (entry.isDirectory()) folders.push(entry.name);
    else unlinkSync(below(fd, entry.name));
  }
  return folders;
}

/** A program may have used any name; a folder that is empty is replaced, and another one keeps its name. */
function moveUp(path: Buffer, top: number, newName: () => string): Buffer {
  // Who may write to a folder may move it.
  giveRights(path);
  for (;;) {
    const name = Buffer.from(newName());
    try {
      renameSync(path, below(top, name));
      return name;
    } catch (error) {
      if (!['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

/** For reading, its owner's rights given back; undefined when it is not there. */
function openFolder(path: Buffer): number | undefined {
  try {
    giveRights(path);
    return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What is changed is what was found to be a folder and no link. */
function giveRights(path: Buffer): void {
  const fd = openSync(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  try {
    chmodSync(own(fd), 0o700);
  } finally {
    closeSync(fd);
  }
}

const own = (fd: number): string => `/proc/self/fd/${fd}`;
const below = (fd: number, name: Buffer): Buffer => Buffer.concat([Buffer.from(`${own(fd)}/`), name]);
