/** Files of the state folder that only help: whatever is wrong with one, it is as if it were not there. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeAll } from '../../files/atomic-write.ts';
import { makeFolders } from '../../files/make-folders.ts';

/** A tree of some millions of entries. */
const largest = 1 << 30;

/** With its size. What somebody else may write says nothing about the files of this user. */
export function openOwn(file: string): { readonly fd: number; readonly size: number } | undefined {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  const { size, mode, uid } = fstatSync(fd);
  if ((mode & 0o170022) === 0o100000 && uid === process.geteuid?.() && size <= largest) return { fd, size };
  closeSync(fd);
  return undefined;
}

/** Fills the bytes with what stands there from `at` on; false where there is less, or it cannot be read. */
export function readAt(fd: number, bytes: Uint8Array, at: number): boolean {
  try {
    for (let done = 0; done < bytes.length; ) {
      const length = readSync(fd, bytes, done, bytes.length - done, at + done);
      if (length === 0) return false;
      done += length;
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * One that cannot be written costs time at the next scan, and nothing else. It is put in place at once, but not synced: its checksum tells
 * what a loss of power left of it, and to wait for a disk would hold up the run.
 */
export function writeOwn(file: string, parts: readonly Uint8Array[]): void {
  const temporary = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  try {
    makeFolders(dirname(file), 0o700);
    const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      for (const part of parts) writeAll(fd, part);
      renameSync(temporary, file);
    } catch {
      rmSync(temporary, { force: true });
    } finally {
      closeSync(fd);
    }
  } catch {
    // No space, or a state folder that is read-only.
  }
}
