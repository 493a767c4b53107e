/**
 * What the last scan of a root found. It is a help and no record: whatever is wrong with it, it is as if it were not there.
 *
 *     u32  "HGSC", version, bytes of the root, checksum (CRC-32) of what follows
 *     f64  inode and device of the root
 *     root, filled up to a multiple of eight; blocks (see block.ts)
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { writeAll } from '../../files/atomic-write.ts';
import { makeFolders } from '../../files/make-folders.ts';

const magic = 0x43534748;
const version = 1;
const header = 32;
/** A tree of some millions of entries. */
const largest = 1 << 30;

export interface CachedRoot {
  /** Real path. */
  readonly path: string;
  readonly ino: number;
  readonly dev: number;
}

/** In the state folder, for this root; `kind` and what is left out need not be the same each time. */
export const scanCacheFile = (state: string, root: string): string =>
  join(state, 'scan', `${createHash('sha256').update(root).digest('hex').slice(0, 32)}.bin`);

/** The blocks, in memory that threads share. */
export function readScanCache(file: string, root: CachedRoot): Uint8Array | undefined {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    const { size, mode, uid } = fstatSync(fd);
    // What somebody else may write says nothing about the files of this user.
    if ((mode & 0o170022) !== 0o100000 || uid !== process.geteuid?.() || size < header || size > largest)
      return undefined;
    const bytes = new Uint8Array(new SharedArrayBuffer(size));
    for (let done = 0; done < size; ) {
      const length = readSync(fd, bytes, done, size - done, done);
      if (length === 0) return undefined;
      done += length;
    }
    const start = startOf(root);
    const words = new Uint32Array(bytes.buffer, 0, 4);
    if (words[3] !== crc32(Buffer.from(bytes.buffer, 16))) return undefined;
    const isOurs = start.every((byte, at) => (at >= 12 && at < 16) || byte === bytes[at]);
    return isOurs ? bytes.subarray(start.length) : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/**
 * A cache that cannot be written costs time at the next scan, and nothing else. It is put in place at once, but not synced: its checksum
 * tells what a loss of power left of it, and to wait for a disk would hold up the run.
 */
export function writeScanCache(file: string, root: CachedRoot, blocks: readonly Uint8Array[]): void {
  const bytes = Buffer.concat([startOf(root), ...blocks]);
  bytes.writeUInt32LE(0, 12);
  new Uint32Array(bytes.buffer, bytes.byteOffset, 4)[3] = crc32(bytes.subarray(16));
  const temporary = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  try {
    makeFolders(dirname(file), 0o700);
    const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      writeAll(fd, bytes);
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

function startOf({ path, ino, dev }: CachedRoot): Buffer {
  const name = Buffer.from(path);
  const start = Buffer.alloc((header + name.length + 7) & ~7);
  new Uint32Array(start.buffer, start.byteOffset, 3).set([magic, version, name.length]);
  new Float64Array(start.buffer, start.byteOffset + 16, 2).set([ino, dev]);
  name.copy(start, header);
  return start;
}
