/**
 * What one folder holds, as bytes: what threads hand over, what the scan cache keeps, and what a tree is made of. In the order of the
 * machine; a block begins at a multiple of eight.
 *
 *     u32  bytes of the block, 1 for a part of a folder, bytes of the path, entries, bytes of names, bytes of targets, 1 if trusted, 0
 *     f64  of the folder: inode, device, changed (mtime), changed (ctime)
 *     f64  of each entry: inode, size, mtime, ctime
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
  readonly sizeOf: (folder: Scanned) => number;
  readonly write: (folder: Scanned, into: Uint8Array, at: number) => void;
  /** Shares the bytes. */
  readonly read: (from: Uint8Array, at: number) => Scanned;
  /** Where each block begins; undefined where the bytes are no blocks. */
  readonly placesIn: (bytes: Uint8Array) => readonly number[] | undefined;
  readonly countAt: (bytes: Uint8Array, at: number) => number;
  readonly lengthAt: (bytes: Uint8Array, at: number) => number;
  /** Path, and `/` behind that of a part. */
  readonly keyAt: (bytes: Uint8Array, at: number) => string;
}

/** It runs as text in every thread (see program.ts), and calls nothing else. */
export function blocks(): Blocks {
  const header = 64;
  const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = (bytes: Uint8Array, at: number): Uint32Array => new Uint32Array(bytes.buffer, bytes.byteOffset + at, 8);
  const fixed = (count: number): number => header + count * 65;

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
    words(into, at).set([
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
    new Float64Array(into.buffer, into.byteOffset + at + header, count * 4).set(folder.stats.subarray(0, count * 4));
    into.set(folder.hashes.subarray(0, count * 32), at + header + count * 32);
    into.set(folder.kinds.subarray(0, count), at + header + count * 64);
    const out = view(into);
    let to = at + fixed(count);
    for (const part of [folder.path, names, targets]) {
      out.write(part, to, 'latin1');
      to += part.length;
    }
  }

  function read(from: Uint8Array, at: number): Scanned {
    const [, isPart, pathLength = 0, count = 0, namesLength = 0, targetsLength = 0, isTrusted] = words(from, at);
    const [ino = 0, dev = 0, mtimeMs = 0, ctimeMs = 0] = new Float64Array(from.buffer, from.byteOffset + at + 32, 4);
    const bytes = view(from);
    const names = at + fixed(count) + pathLength;
    const targets = names + namesLength;
    return {
      path: bytes.toString('latin1', at + fixed(count), names),
      isPart: isPart === 1,
      isTrusted: isTrusted === 1,
      stat: { ino, dev, mtimeMs, ctimeMs },
      names: count === 0 ? [] : bytes.toString('latin1', names, targets).split('/'),
      stats: new Float64Array(from.buffer, from.byteOffset + at + header, count * 4),
      hashes: from.subarray(at + header + count * 32, at + header + count * 64),
      kinds: from.subarray(at + header + count * 64, at + fixed(count)),
      targets: targetsLength === 0 ? [] : bytes.toString('latin1', targets, targets + targetsLength).split('\0'),
    };
  }

  function placesIn(bytes: Uint8Array): readonly number[] | undefined {
    const places: number[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (at + header > bytes.length) return undefined;
      const [size = 0, , pathLength = 0, count = 0, namesLength = 0, targetsLength = 0] = words(bytes, at);
      const needed = (fixed(count) + pathLength + namesLength + targetsLength + 7) & ~7;
      if (size !== needed || at + size > bytes.length) return undefined;
      places.push(at);
      at += size;
    }
    return places;
  }

  function keyAt(bytes: Uint8Array, at: number): string {
    const [, isPart, pathLength = 0, count = 0] = words(bytes, at);
    const path = view(bytes).toString('latin1', at + fixed(count), at + fixed(count) + pathLength);
    return isPart === 1 ? `${path}/` : path;
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
  const lengthAt = (bytes: Uint8Array, at: number): number => words(bytes, at)[0] as number;
  const countAt = (bytes: Uint8Array, at: number): number => words(bytes, at)[3] as number;
  return { kinds, sizeOf, write, read, placesIn, countAt, lengthAt, keyAt };
}
