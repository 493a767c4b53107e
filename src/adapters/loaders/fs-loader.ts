import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import type { Loader, LoadFailure, LoadResult } from '../../ports/loader.ts';
import { digestOfFile } from '../files/digest-of-file.ts';
import { helpForMissing } from '../files/missing-file.ts';
import { pathOfUrl } from '../files/path-of-url.ts';

/**
 * Reads `file:` URLs. Only plain files: opening a FIFO or a device could block, or do something. Each is read in one go: manifests are
 * small, and to hand five calls of a file to threads and back takes ten times as long as the calls.
 */
export function createFsLoader(): Loader {
  return {
    loadAtOnce(url, { maxBytes }) {
      const path = pathOfUrl(url);
      try {
        return path === undefined ? undefined : read(url, path, maxBytes);
      } catch {
        // Why is told by `load`.
        return undefined;
      }
    },
    async load(url, { maxBytes }) {
      const path = pathOfUrl(url);
      if (path === undefined) {
        return failed({ kind: 'unreadable', message: 'the URL does not name a path on this machine' });
      }
      try {
        return read(url, path, maxBytes);
      } catch (error) {
        return failed(await explain(error as NodeJS.ErrnoException, path));
      }
    },
    async digest(url, { maxBytes }) {
      const path = pathOfUrl(url);
      return path === undefined ? undefined : digestOfFile(path, maxBytes);
    },
  };
}

const failed = (failure: LoadFailure): LoadResult => ({ ok: false, failure });

function read(url: string, path: string, maxBytes: number): LoadResult {
  const known = statSync(path);
  if (!known.isFile()) return failed(notAFile(known));
  if (known.size > maxBytes) return failed(tooLarge(maxBytes));
  // Between `stat` and here the path may have become a FIFO: never wait for a writer, and look again at what was opened.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const opened = fstatSync(fd);
    if (!opened.isFile()) return failed(notAFile(opened));
    const bytes = readAtMost(fd, maxBytes, opened.size);
    return bytes ? { ok: true, value: { url, bytes } } : failed(tooLarge(maxBytes));
  } finally {
    closeSync(fd);
  }
}

/** Undefined past the limit. `size` is a hint: files of /proc say 0, and a file may grow while it is read. */
function readAtMost(fd: number, maxBytes: number, size: number): Uint8Array | undefined {
  let buffer = Buffer.allocUnsafe(Math.min(maxBytes, Math.max(size, 4095)) + 1);
  let length = 0;
  for (;;) {
    const bytesRead = readSync(fd, buffer, length, buffer.length - length, null);
    length += bytesRead;
    if (length > maxBytes) return undefined;
    if (bytesRead === 0) return buffer.subarray(0, length);
    if (length < buffer.length) continue;
    const larger = Buffer.allocUnsafe(Math.min(maxBytes + 1, buffer.length * 2));
    buffer.copy(larger);
    buffer = larger;
  }
}

const tooLarge = (maxBytes: number): LoadFailure => ({
  kind: 'too-large',
  message: `it has more than ${maxBytes} bytes`,
});

function notAFile(kind: Stats): LoadFailure {
  const what = kind.isDirectory()
    ? 'a folder'
    : kind.isFIFO()
      ? 'a named pipe'
      : kind.isSocket()
        ? 'a socket'
        : 'a device';
  return {
    kind: 'not-a-file',
    message: `it is ${what}, not a file`,
    ...(kind.isDirectory() ? { help: 'name a file in the folder' } : {}),
  };
}

async function explain(error: NodeJS.ErrnoException, path: string): Promise<LoadFailure> {
  switch (error.code) {
    case 'ENOENT':
      return notFound(path);
    case 'ENOTDIR':
      return { kind: 'not-found', message: 'there is no such file: a part of its path is not a folder' };
    case 'EISDIR':
      return { kind: 'not-a-file', message: 'it is a folder, not a file', help: 'name a file in the folder' };
    case 'ELOOP':
      return { kind: 'symlink-loop', message: 'its symbolic links lead in a circle' };
    case 'EACCES':
    case 'EPERM':
      return {
        kind: 'unreadable',
        message: `permission denied (${error.code})`,
        help: 'let the user that runs headgate read the file and enter its folders',
      };
    case 'ENAMETOOLONG':
      return { kind: 'unreadable', message: 'its path is too long for this system' };
    default:
      return { kind: 'unreadable', message: `it cannot be read (${error.code ?? error.message})` };
  }
}

async function notFound(path: string): Promise<LoadFailure> {
  if (await isLink(path)) {
    return { kind: 'not-found', message: 'it is a symbolic link, and there is no file at its target' };
  }
  const help = await helpForMissing(path);
  return { kind: 'not-found', message: 'there is no such file', ...(help === undefined ? {} : { help }) };
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}
