/** Reads a file below a folder that others write to: no link on the way is followed, and nothing is waited for. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { BytePath } from '../../ir/workspace.ts';

export type ReadInside =
  | { readonly bytes: Buffer }
  /** `a file`: something else is there, or a link on the way. */
  | { readonly not: 'there' | 'a file' | 'small' | 'readable' };

const { O_RDONLY, O_NOFOLLOW, O_DIRECTORY } = constants;
/** Names what is there without opening it: nothing happens to a pipe or a device. Node has no name for it. */
const O_PATH = 0o10000000;

/** At most `max` bytes; a larger file is not read at all. Each folder is opened by the one before it, so that nobody can put a link in between. */
export function readInside(root: string, path: BytePath, max: number): ReadInside {
  const names = path.split('/');
  let at: number | undefined;
  try {
    at = openSync(root, O_PATH | O_DIRECTORY);
    for (const [index, name] of names.entries()) {
      if (name === '' || name === '.' || name === '..') return { not: 'there' };
      const below = Buffer.concat([Buffer.from(`/proc/self/fd/${at}/`), Buffer.from(name, 'latin1')]);
      const isLast = index === names.length - 1;
      const next = openSync(below, O_PATH | O_NOFOLLOW | (isLast ? 0 : O_DIRECTORY));
      closeSync(at);
      at = next;
    }
    return contentOf(at, max);
  } catch (error) {
    return { not: reasonOf((error as NodeJS.ErrnoException).code) };
  } finally {
    if (at !== undefined) closeSync(at);
  }
}

function contentOf(named: number, max: number): ReadInside {
  const stat = fstatSync(named);
  if (!stat.isFile()) return { not: 'a file' };
  if (stat.size > max) return { not: 'small' };
  const fd = openSync(`/proc/self/fd/${named}`, O_RDONLY);
  try {
    return bytesOf(fd, max);
  } finally {
    closeSync(fd);
  }
}

function bytesOf(fd: number, max: number): ReadInside {
  // It may grow while it is read.
  const bytes = Buffer.allocUnsafe(max + 1);
  let length = 0;
  for (let read = -1; read !== 0 && length <= max; length += read)
    read = readSync(fd, bytes, length, bytes.length - length, null);
  return length > max ? { not: 'small' } : { bytes: bytes.subarray(0, length) };
}

function reasonOf(code: string | undefined): 'there' | 'a file' | 'readable' {
  if (code === 'ENOENT') return 'there';
  // A link on the way, or something else that is no folder.
  return code === 'ENOTDIR' || code === 'ELOOP' ? 'a file' : 'readable';
}
