/**
 * What the last scan of a root found.
 *
 *     u32  "HGSC", version, bytes of the root, checksum (CRC-32) of what follows
 *     f64  inode and device of the root
 *     root, filled up to a multiple of eight; blocks (see block.ts)
 */
import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { openOwn, readAt, writeOwn } from './own-file.ts';

const magic = 0x43534748;
const version = 2;
const header = 32;

export interface CachedRoot {
  /** Real path. */
  readonly path: string;
  readonly ino: number;
  readonly dev: number;
}

export interface ScanCache {
  /** Threads get a copy: what they share goes away only when the memory of nobody is looked through, and that of no tree makes that happen. */
  readonly blocks: Uint8Array;
  /** Tells it from any other. */
  readonly sum: number;
}

/** In the state folder, for this root; `kind` and what is left out need not be the same each time. */
export const scanCacheFile = (state: string, root: string): string =>
  join(state, 'scan', `${createHash('sha256').update(root).digest('hex').slice(0, 32)}.bin`);

export function readScanCache(file: string, root: CachedRoot): ScanCache | undefined {
  const own = openOwn(file);
  if (!own) return undefined;
  const bytes = new Uint8Array(own.size);
  const isRead = readAt(own.fd, bytes, 0);
  closeSync(own.fd);
  if (!isRead || bytes.length < header) return undefined;
  const sum = new Uint32Array(bytes.buffer, 0, 4)[3] as number;
  if (sum !== crc32(Buffer.from(bytes.buffer, 16))) return undefined;
  const start = startOf(root);
  const isOurs = start.every((byte, at) => (at >= 12 && at < 16) || byte === bytes[at]);
  return isOurs ? { blocks: bytes.subarray(start.length), sum } : undefined;
}

/** Answers what tells it from any other. */
export function writeScanCache(file: string, root: CachedRoot, blocks: Uint8Array): number {
  const start = startOf(root);
  const sum = crc32(blocks, crc32(start.subarray(16)));
  new Uint32Array(start.buffer, start.byteOffset, 4)[3] = sum;
  writeOwn(file, [start, blocks]);
  return sum;
}

function startOf({ path, ino, dev }: CachedRoot): Buffer {
  const name = Buffer.from(path);
  const start = Buffer.alloc((header + name.length + 7) & ~7);
  new Uint32Array(start.buffer, start.byteOffset, 3).set([magic, version, name.length]);
  new Float64Array(start.buffer, start.byteOffset + 16, 2).set([ino, dev]);
  name.copy(start, header);
  return start;
}
