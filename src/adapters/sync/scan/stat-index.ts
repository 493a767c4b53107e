/**
 * What the cache knows of files, as an index of git: so git can look at all of them, and tells which are not as they were. It stands beside
 * the cache, and is of use with the very one that it was written with. Like that, it is a help and no record.
 *
 * git compares times in whole seconds, and cannot tell two changes within one. So a folder is in the index with all its files or not at
 * all, and only while each of them is older than the second in which the scan began. Of links it must be known each time where they
 * lead; of a folder with a `.gitignore`, whether that is still the same: such folders are not in it.
 */
import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { blocks } from './block.ts';
import { openOwn, readAt, writeOwn } from './own-file.ts';

export interface Written {
  /** What tells the cache from any other. */
  readonly cacheSum: number;
  /** All that decides what counts, but for files in the tree. */
  readonly rules: string;
}

/** Of one entry, up to its path. */
const fixed = 62;
const head = 12;
/** Where git would have a checksum, which it looks at only when asked to: of the rules, of the cache, of what stands before it. */
const foot = 20;
/** Content without bytes; git knows it by its name. Any other name will do for any other content. */
const ofNothing = Buffer.from('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391', 'hex');
const ofSomething = Buffer.alloc(20, 1);
/** Milliseconds, as for the cache. */
const tick = 20;
const largestSize = 2 ** 32 - 1;

const layout = blocks();
const { kinds, width } = layout;

export const statIndexFile = (cacheFile: string): string => `${cacheFile}.index`;

/** Whether all that git must know of this folder can stand in an index, of a scan that began then. */
function fits(bytes: Uint8Array, at: number, began: number): boolean {
  const folder = layout.read(bytes, at);
  if (folder.isPart || !folder.isTrusted || folder.names.includes('.gitignore')) return false;
  const since = Math.floor((began - tick) / 1000);
  return folder.kinds.every((kind, i) => {
    if ((kind & kinds.untrusted) !== 0 || kind === kinds.link) return false;
    if (kind !== kinds.file && kind !== kinds.program) return true;
    const [, size = 0, mtimeMs = 0, ctimeMs = 0] = folder.stats.subarray(i * width, (i + 1) * width);
    return size <= largestSize && Math.floor(Math.max(mtimeMs, ctimeMs) / 1000) < since;
  });
}

/** How many entries would be in it that are not; `places` are those of folders in the bytes. */
export function missingIn(bytes: Uint8Array, places: Iterable<number>, began: number): number {
  let count = 0;
  for (const at of places)
    if (!layout.isIndexedAt(bytes, at) && fits(bytes, at, began)) count += layout.countAt(bytes, at);
  return count;
}

/** Says in each block whether it is in the index. */
export function markIndexed(bytes: Uint8Array, began: number): void {
  for (const at of layout.placesIn(bytes) ?? []) layout.setIndexed(bytes, at, fits(bytes, at, began));
}

/** Of blocks that are marked. */
export function writeStatIndex(cacheFile: string, bytes: Uint8Array, written: Written): void {
  const { paths, order, places } = filesOf(bytes);
  const out = Buffer.alloc(paths.reduce((sum, path) => sum + lengthOf(path.length), head + foot));
  out.write('DIRC', 'latin1');
  out.writeUInt32BE(2, 4);
  out.writeUInt32BE(paths.length, 8);
  let at = head;
  const numbers = new Float64Array(width);
  const numbersAt = Buffer.from(numbers.buffer);
  for (const i of order) {
    const path = paths[i] as string;
    const [place = 0, kind] = [places[i * 2], places[i * 2 + 1]];
    numbersAt.set(bytes.subarray(place, place + numbersAt.length));
    const [ino = 0, size = 0, mtimeMs = 0, ctimeMs = 0, owner = 0] = numbers;
    const user = Math.floor(owner / 2 ** 32);
    const mode = kind === kinds.program ? 0o100755 : 0o100644;
    const words = [second(ctimeMs), 0, second(mtimeMs), 0, 0, ino, mode, user, owner - user * 2 ** 32, size];
    for (let word = 0; word < words.length; word++)
      out.writeUInt32BE(((words[word] as number) % 2 ** 32) >>> 0, at + word * 4);
    (size === 0 ? ofNothing : ofSomething).copy(out, at + 40);
    out.writeUInt16BE(Math.min(path.length, 0xfff), at + 60);
    out.write(path, at + fixed, 'latin1');
    at += lengthOf(path.length);
  }
  footOf(crc32(out.subarray(0, at)), written).copy(out, at);
  writeOwn(statIndexFile(cacheFile), [out]);
}

/** Of all files that are to stand in it: paths, in which order, and of each where its numbers stand in the bytes, and its kind. */
function filesOf(bytes: Uint8Array): {
  readonly paths: readonly string[];
  readonly order: Uint32Array;
  readonly places: readonly number[];
} {
  const paths: string[] = [];
  const places: number[] = [];
  for (const at of layout.placesIn(bytes) ?? []) {
    if (!layout.isIndexedAt(bytes, at)) continue;
    const { path, names, kinds: of, stats } = layout.read(bytes, at);
    const prefix = path === '' ? '' : `${path}/`;
    const first = stats.byteOffset - bytes.byteOffset;
    names.forEach((name, i) => {
      if (of[i] !== kinds.file && of[i] !== kinds.program) return;
      paths.push(prefix + name);
      places.push(first + i * stats.BYTES_PER_ELEMENT * width, of[i] as number);
    });
  }
  const compare = (a: number, b: number): number => ((paths[a] as string) < (paths[b] as string) ? -1 : 1);
  return { paths, order: Uint32Array.from(paths, (_, i) => i).sort(compare), places };
}

/** A descriptor of it. Undefined where there is none, or one that was written with another cache or other rules. */
export function openStatIndex(cacheFile: string, written: Written): number | undefined {
  const own = openOwn(statIndexFile(cacheFile));
  if (!own) return undefined;
  const sum = own.size < head + foot ? undefined : sumOf(own.fd, own.size - foot);
  const end = Buffer.alloc(foot);
  if (sum !== undefined && readAt(own.fd, end, own.size - foot) && footOf(sum, written).equals(end)) return own.fd;
  closeSync(own.fd);
  return undefined;
}

/** A piece at a time: all of it need not be in memory. */
function sumOf(fd: number, size: number): number | undefined {
  const piece = Buffer.alloc(1 << 18);
  let sum = 0;
  for (let at = 0; at < size; at += piece.length) {
    const bytes = piece.subarray(0, Math.min(piece.length, size - at));
    if (!readAt(fd, bytes, at)) return undefined;
    sum = crc32(bytes, sum);
  }
  return sum;
}

function footOf(sum: number, { cacheSum, rules }: Written): Buffer {
  const made = createHash('sha256').update(rules).digest().subarray(0, foot);
  made.writeUInt32LE(cacheSum, 12);
  made.writeUInt32LE(sum, 16);
  return made;
}

/** With its end, and filled up. */
const lengthOf = (path: number): number => (fixed + path + 8) & ~7;
const second = (milliseconds: number): number => Math.floor(milliseconds / 1000);
