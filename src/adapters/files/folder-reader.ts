/** A folder of this machine as a verifier reads it: nothing in it is followed, waited for or executed. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { compareText } from '../../base/order.ts';
import type { FolderFile, FolderReader } from '../../ports/folder-reader.ts';

/** More than any run has; a tree beyond that is not gone through. */
const mostEntries = 200_000;
const pieceBytes = 1024 * 1024;

/** The folder itself may be named by a link. */
export function createFolderReader(folder: string): FolderReader {
  const root = resolve(folder);
  return {
    name: basename(root),
    list: () => told(() => listed(root)),
    read: (name, most) => {
      const read = told(() =>
        opened(join(root, name), (fd, size) => {
          if (size > most) return { fault: `has ${size} bytes, and ${most} are read at most` };
          const bytes = Buffer.allocUnsafe(size);
          let done = 0;
          for (let n = 1; done < size && n > 0; done += n) n = readSync(fd, bytes, done, size - done, null);
          return bytes.subarray(0, done);
        }),
      );
      return typeof read === 'string' ? { fault: read } : read;
    },
    digest: (name) => {
      const found = told(() =>
        opened(join(root, name), (fd, size) => {
          const hash = createHash('sha256');
          const piece = Buffer.allocUnsafe(Math.min(pieceBytes, size + 1));
          let bytes = 0;
          for (;;) {
            const length = readSync(fd, piece, 0, piece.length, null);
            if (length === 0) return { sha256: hash.digest('hex'), bytes };
            bytes += length;
            hash.update(piece.subarray(0, length));
          }
        }),
      );
      return typeof found === 'string' ? { fault: found } : found;
    },
  };
}

function listed(root: string): readonly FolderFile[] | string {
  const files: FolderFile[] = [];
  const folders = [''];
  for (let entries = 0; folders.length > 0; ) {
    const folder = folders.pop() as string;
    const names = namesIn(join(root, folder), folder === '');
    // What cannot be looked into holds nothing that could be verified.
    if (!names) files.push({ name: `${folder}/`, kind: 'other', bytes: 0 });
    for (const name of names ?? []) {
      if (++entries > mostEntries) return `it holds more than ${mostEntries} files, and no run does`;
      const path = folder === '' ? name : `${folder}/${name}`;
      const found = lstatSync(join(root, path), { throwIfNoEntry: false });
      if (found?.isDirectory()) folders.push(path);
      else files.push({ name: path, kind: kindOf(found), bytes: found?.size ?? 0 });
    }
  }
  return files.sort((a, b) => compareText(a.name, b.name));
}

/** Undefined where it cannot be read; throws where that `isRoot`. */
function namesIn(path: string, isRoot: boolean): readonly string[] | undefined {
  try {
    return readdirSync(path);
  } catch (error) {
    if (isRoot) throw error;
    return undefined;
  }
}

const kindOf = (found: ReturnType<typeof lstatSync>): FolderFile['kind'] =>
  found?.isFile() ? 'file' : found?.isSymbolicLink() ? 'link' : 'other';

/** A pipe is not waited for. */
function opened<T>(path: string, work: (fd: number, size: number) => T): T | string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = fstatSync(fd);
    return found.isFile() ? work(fd, found.size) : 'is not a plain file';
  } finally {
    closeSync(fd);
  }
}

/** What the system says of a file is told and not thrown. */
function told<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw error;
    if (code === 'ENOENT') return 'is not there';
    return code === 'ELOOP' ? 'is a link' : `cannot be read: ${code}`;
  }
}
