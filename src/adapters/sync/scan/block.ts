/**
 * What one folder holds, as bytes: what threads hand over, what the scan cache keeps, and what a tree is made of. In the order of the
 * machine; a block begins at a multiple of eight.
 *
 *     u32  bytes of the block, 1 for a part of a folder, bytes of the path, entries, bytes of names, bytes of targets, 1 if trusted,
 *          1 if all its files stand in the index beside the cache (see stat-index.ts)
 *     f64  of the folder: inode, device, changed (mtime), changed (ctime)
 *     f64  of each entry: inode, size, mtime, ctime, owner (2^32 user + group)
 *     u8   of each entry: 32 of the hash; then of each entry: what it is
 *     path, names parted by `/`, targets of the links parted by 0
 *
 * Times are milliseconds in a double, whose steps are 0.25 µs. Nobody changes a file twice within one and has it read in between.
 */

/** What an entry is; `untrusted` is added where the next scan must not believe it. */
export interface Kinds {
  readonly folder: 0;
  readonly file: 1;
  readonly program: 2;
  readonly link: 3;
  readonly other: 4;
  readonly ignoredFolder: 5;
  readonly ignored: 6;
  readonly excludedFolder: 7;
  readonly excluded: 8;
  readonly untrusted: 16;
}

export interface FolderStat {
  readonly ino: number;
  readonly dev: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** What is to be known of a folder that may be as it was. */
export type Head = Pick<Scanned, 'path' | 'isTrusted' | 'stat' | 'kinds'>;

/** A folder that was looked at. `names` are in the order of their bytes; the rest is in that order. */
export interface Scanned {
  readonly path: string;
  /** Of some names of a folder that is ignored. */
  readonly isPart: boolean;
  readonly isTrusted: boolean;
  readonly stat: FolderStat;
  readonly names: readonly string[];
  readonly stats: Float64Array;
  readonly hashes: Uint8Array;
  readonly kinds: Uint8Array;
  /** Of the links, in the order of their names. */
  readonly targets: readonly string[];
}

export interface Blocks {
  readonly kinds: Kinds;
  /** Numbers of an entry. */
  readonly width: 5;
  readonly sizeOf: (folder: Scanned) => number;
  readonly write: (folder: Scanned, into: Uint8Array, at: number) => void;
  /** Without names and targets, which take the most time. Both share the bytes. */
  readonly readHead: (from: Uint8Array, at: number) => Head;
  readonly read: (from: Uint8Array, at: number) => Scanned;
  /** Where each block begins; undefined where the bytes are no blocks. */
  readonly placesIn: (bytes: Uint8Array) => readonly number[] | undefined;
  readonly countAt: (bytes: Uint8Array, at: number) => number;
  readonly lengthAt: (bytes: Uint8Array, at: number) => number;
  readonly isIndexedAt: (bytes: Uint8Array, at: number) => boolean;
  readonly setIndexed: (bytes: Uint8Array, at: number, isIndexed: boolean) => void;
  /** Path, and `/` behind that of a part. */
  readonly keyAt: (bytes: Uint8Array, at: number) => string;
}

/** It runs as text in every thread (see program.ts), and calls nothing else. */
export function blocks(): Blocks {
  const header = 64;
  const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let seen: Uint8Array | undefined;
  let all: Uint32Array<ArrayBufferLike> = new Uint32Array();
  /** As many as are asked for one after the other are in the same bytes. */
  function word(bytes: Uint8Array, at: number, i: number): number {
    if (bytes !== seen) {
      seen = bytes;
      all = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
    }
    return all[at / 4 + i] as number;
  }
  const width = 5;
  const numbers = width * 8;
  const fixed = (count: number): number => header + count * (numbers + 33);

  function text(folder: Scanned): readonly [string, string] {
    return [folder.names.join('/'), folder.targets.join('\0')];
  }

  function sizeOf(folder: Scanned): number {
    const [names, targets] = text(folder);
    return (fixed(folder.names.length) + folder.path.length + names.length + targets.length + 7) & ~7;
  }

  function write(folder: Scanned, into: Uint8Array, at: number): void {
    const [names, targets] = text(folder);
    const count = folder.names.length;
    const { ino, dev, mtimeMs, ctimeMs } = folder.stat;
    new Uint32Array(into.buffer, into.byteOffset + at, 8).set([
      sizeOf(folder),
      folder.isPart ? 1 : 0,
      folder.path.length,
      count,
      names.length,
      targets.length,
      folder.isTrusted ? 1 : 0,
      0,
    ]);
    new Float64Array(into.buffer, into.byteOffset + at + 32, 4).set([ino, dev, mtimeMs, ctimeMs]);
    new Float64Array(into.buffer, into.byteOffset + at + header, count * width).set(
      folder.stats.subarray(0, count * width),
    );
    into.set(folder.hashes.subarray(0, count * 32), at + header + count * numbers);
    into.set(folder.kinds.subarray(0, count), at + header + count * (numbers + 32));
    const out = view(into);
    let to = at + fixed(count);
    for (const part of [folder.path, names, targets]) {
      out.write(part, to, 'latin1');
      to += part.length;
    }
  }

  function read(from: Uint8Array, at: number): Scanned {
    const count = word(from, at, 3);
    const [namesLength, targetsLength] = [word(from, at, 4), word(from, at, 5)];
    const bytes = view(from);
    const names = at + fixed(count) + word(from, at, 2);
    const targets = names + namesLength;
    return {
      ...readHead(from, at),
      isPart: word(from, at, 1) === 1,
      names: count === 0 ? [] : bytes.toString('latin1', names, targets).split('/'),
      stats: new Float64Array(from.buffer, from.byteOffset + at + header, count * width),
      hashes: from.subarray(at + header + count * numbers, at + header + count * (numbers + 32)),
      targets: targetsLength === 0 ? [] : bytes.toString('latin1', targets, targets + targetsLength).split('\0'),
    };
  }

  function readHead(from: Uint8Array, at: number): Head {
    const count = word(from, at, 3);
    const [ino = 0, dev = 0, mtimeMs = 0, ctimeMs = 0] = new Float64Array(from.buffer, from.byteOffset + at + 32, 4);
    return {
      path: view(from).toString('latin1', at + fixed(count), at + fixed(count) + word(from, at, 2)),
      isTrusted: word(from, at, 6) === 1,
      stat: { ino, dev, mtimeMs, ctimeMs },
      kinds: from.subarray(at + header + count * (numbers + 32), at + fixed(count)),
    };
  }

  function placesIn(bytes: Uint8Array): readonly number[] | undefined {
    const places: number[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (at + header > bytes.length) return undefined;
      const size = word(bytes, at, 0);
      const texts = word(bytes, at, 2) + word(bytes, at, 4) + word(bytes, at, 5);
      const needed = (fixed(word(bytes, at, 3)) + texts + 7) & ~7;
      if (size !== needed || at + size > bytes.length) return undefined;
      places.push(at);
      at += size;
    }
    return places;
  }

  function keyAt(bytes: Uint8Array, at: number): string {
    const start = at + fixed(word(bytes, at, 3));
    const path = view(bytes).toString('latin1', start, start + word(bytes, at, 2));
    return word(bytes, at, 1) === 1 ? `${path}/` : path;
  }

  const kinds: Kinds = {
    folder: 0,
    file: 1,
    program: 2,
    link: 3,
    other: 4,
    ignoredFolder: 5,
    ignored: 6,
    excludedFolder: 7,
    excluded: 8,
    untrusted: 16,
  };
  const lengthAt = (bytes: Uint8Array, at: number): number => word(bytes, at, 0);
  const countAt = (bytes: Uint8Array, at: number): number => word(bytes, at, 3);
  const isIndexedAt = (bytes: Uint8Array, at: number): boolean => word(bytes, at, 7) === 1;
  const setIndexed = (bytes: Uint8Array, at: number, isIndexed: boolean): void => {
    new Uint32Array(bytes.buffer, bytes.byteOffset + at, 8)[7] = isIndexed ? 1 : 0;
  };
  return { kinds, width, sizeOf, write, readHead, read, placesIn, countAt, lengthAt, isIndexedAt, setIndexed, keyAt };
}
