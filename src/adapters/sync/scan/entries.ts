/** The entries of one folder: what each is, and what it holds where the cache cannot tell. */
import type * as Fs from 'node:fs';
import type { Judge, Judged } from '../ignore/judge.ts';
import type { Blocks, Scanned } from './block.ts';
import type { FileState, Files } from './files.ts';
import type { Links } from './links.ts';
import type { Finding, Settings } from './protocol.ts';

export interface Looked {
  readonly names: readonly string[];
  /** Of what is not known. */
  readonly stats: Float64Array;
  readonly kinds: Uint8Array;
  /** Where each stands in the cached folder; -1 for what is to be read. */
  readonly known: Int32Array;
  /** Everything is as it was cached. */
  readonly isSame: boolean;
  readonly below: readonly string[];
}

export interface Entries {
  /** Undefined where something was gone. */
  readonly look: (path: string, names: readonly string[], judged: Judged, before?: Scanned) => Looked | undefined;
  /** Holds some of what the cache says of a folder against what is there; false where a file is not as it was. */
  readonly trySome: (path: string, before: Scanned, places: readonly number[]) => boolean;
  /** Reads what is not known. Undefined where something was gone. */
  readonly fill: (path: string, looked: Looked, before?: Scanned) => Pick<Scanned, 'hashes' | 'targets'> | undefined;
  /** What the system refuses is said of that path. */
  readonly reading: <T>(path: string, read: () => T) => T;
  /** Of an entry of a folder; undefined where it is not there. */
  readonly statOf: (path: string) => Fs.Stats | undefined;
  readonly stop: (code: Finding['code'], path: string, detail?: string) => never;
  readonly isRacy: (stat: { readonly mtimeMs: number; readonly ctimeMs: number }) => boolean;
  readonly isSample: () => boolean;
}

export interface Parts {
  readonly fs: typeof Fs;
  readonly blocks: Blocks;
  readonly files: Files;
  readonly links: Links;
  readonly judge: Judge;
  readonly tell: (finding: Finding) => void;
}

/** It runs as text in every thread (see program.ts), and calls nothing but what it is given. */
export function entries(parts: Parts, settings: Settings): Entries {
  const { fs, blocks, files, links, judge } = parts;
  const { kinds: kindOf, width } = blocks;
  const { root, began, share, hashes: isHashing } = settings;
  const type = { mask: 0o170000, file: 0o100000, folder: 0o040000, link: 0o120000, mayRun: 0o100 };
  const quiet = { throwIfNoEntry: false } as const;
  const mounts = new Set(settings.mounts);
  let random = settings.seed | 1;
  let budget = settings.sampledBytes;

  const joined = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

  function isSample(): boolean {
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    return (random >>> 0) / 2 ** 32 < share;
  }

  /** Not older than the scan, by the clock of a file system that may count in ticks, or in pairs of seconds. */
  function isRacy({ mtimeMs, ctimeMs }: { readonly mtimeMs: number; readonly ctimeMs: number }): boolean {
    const isCoarse = mtimeMs % 1000 === 0 && ctimeMs % 1000 === 0;
    return Math.max(mtimeMs, ctimeMs) >= began - (isCoarse ? 2000 : 20);
  }

  function stop(code: Finding['code'], path: string, detail?: string): never {
    throw { code, path, ...(detail === undefined ? {} : { detail }) } satisfies Finding;
  }

  function reading<T>(path: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (code === undefined || syscall === undefined) throw error;
      return stop('workspace_unreadable', path, code);
    }
  }

  /** Undefined where nothing is, or no folder is around it. */
  function statAt(full: string, path: string, name: string): Fs.Stats | undefined {
    // Most names are ASCII, and a text is quicker than bytes.
    const at = /[\x80-\xff]/.test(full) ? Buffer.from(full, 'latin1') : full;
    try {
      return fs.lstatSync(at, quiet);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      return code === 'ENOTDIR' ? undefined : stop('workspace_unreadable', joined(path, name), code);
    }
  }

  function kindIn(judged: Judged, name: string, mode: number): number {
    const kind = mode & type.mask;
    const isFolder = kind === type.folder;
    if (judged.excluded.length > 0 && judge.isExcluded(judged, name))
      return isFolder ? kindOf.excludedFolder : kindOf.excluded;
    if (judged.levels.length > 0 && judge.isIgnored(judged, name, isFolder))
      return isFolder ? kindOf.ignoredFolder : kindOf.ignored;
    if (isFolder) return kindOf.folder;
    if (kind === type.file) return fileKind(mode);
    return kind === type.link ? kindOf.link : kindOf.other;
  }

  function fileKind(mode: number): number {
    return (mode & type.mayRun) === 0 ? kindOf.file : kindOf.program;
  }

  /** Its times tell whether it is as it was. */
  function isKept(kind: number): boolean {
    return kind === kindOf.link || kind === kindOf.file || kind === kindOf.program;
  }

  function indexOf(names: readonly string[], before: Scanned | undefined): (i: number) => number {
    if (!before) return () => -1;
    if (names.length === before.names.length && names.every((name, i) => name === before.names[i])) return (i) => i;
    const places = new Map(before.names.map((name, i) => [name, i]));
    return (i) => places.get(names[i] as string) ?? -1;
  }

  function look(path: string, names: readonly string[], judged: Judged, before?: Scanned): Looked | undefined {
    const count = names.length;
    const stats = new Float64Array(count * width);
    const kinds = new Uint8Array(count);
    const known = new Int32Array(count).fill(-1);
    const below: string[] = [];
    const checked: number[] = [];
    const placeOf = indexOf(names, before);
    const prefix = path === '' ? `${root}/` : `${root}/${path}/`;
    let isSame = before !== undefined && count === before.names.length;
    for (let i = 0; i < count; i++) {
      const name = names[i] as string;
      const stat = statAt(prefix + name, path, name);
      if (!stat) return undefined;
      const kind = kindIn(judged, name, stat.mode);
      const place = placeOf(i);
      kinds[i] = kind;
      // One that is mounted on a folder is seen when that is looked at.
      if (mounts.size > 0 && kind < kindOf.ignoredFolder && mounts.has(joined(path, name)))
        stop('workspace_nested_mount', joined(path, name));
      if (kind === kindOf.folder) below.push(joined(path, name));
      if (!isKept(kind)) {
        if (place < 0 || before?.kinds[place] !== kind) isSame = false;
        else known[i] = place;
        continue;
      }
      if (before && place >= 0 && before.kinds[place] === kind && isState(before.stats, place, stat)) {
        known[i] = place;
        if (isHashing && kind !== kindOf.link && stat.size <= budget && isSample()) {
          budget -= stat.size;
          checked.push(i);
        }
      } else {
        put(stats, i, stat);
        isSame = false;
      }
    }
    for (const i of checked) check(path, names[i] as string, known[i] as number, before as Scanned);
    return { names, stats, kinds, known, isSame, below };
  }

  function trySome(path: string, before: Scanned, places: readonly number[]): boolean {
    for (const place of places) {
      const name = before.names[place] as string;
      const stat = statAt(joined(root, joined(path, name)), path, name);
      if (!stat || !isState(before.stats, place, stat)) return false;
      if (stat.size > budget) continue;
      budget -= stat.size;
      check(path, name, place, before);
    }
    return true;
  }

  function put(stats: Float64Array, i: number, { ino, size, mtimeMs, ctimeMs, uid, gid }: FileState): void {
    const at = i * width;
    stats[at] = ino;
    stats[at + 1] = size;
    stats[at + 2] = mtimeMs;
    stats[at + 3] = ctimeMs;
    stats[at + 4] = uid * 2 ** 32 + gid;
  }

  function isState(stats: Float64Array, i: number, { ino, size, mtimeMs, ctimeMs }: FileState): boolean {
    const at = i * width;
    return stats[at] === ino && stats[at + 1] === size && stats[at + 2] === mtimeMs && stats[at + 3] === ctimeMs;
  }

  /** What it holds, read again: the cache is believed only while that is what the cache says. */
  function check(path: string, name: string, place: number, before: Scanned): void {
    const read = reading(joined(path, name), () => files.hash(path, name));
    if (typeof read === 'string' || !isState(before.stats, place, read.stat)) return;
    if (!Buffer.from(read.hash).equals(before.hashes.subarray(place * 32, place * 32 + 32)))
      stop('cache_lies', joined(path, name));
  }

  function fill(path: string, looked: Looked, before?: Scanned): Pick<Scanned, 'hashes' | 'targets'> | undefined {
    const { names, kinds, stats, known } = looked;
    const hashes = new Uint8Array(names.length * 32);
    const targets: string[] = [];
    const targetsBefore = before ? targetsIn(before) : undefined;
    for (let i = 0; i < names.length; i++) {
      const kind = kinds[i] as number;
      if (!isKept(kind)) continue;
      const full = joined(path, names[i] as string);
      const place = known[i] as number;
      if (before && place >= 0) stats.set(before.stats.subarray(place * width, (place + 1) * width), i * width);
      if (kind === kindOf.link) {
        const target = targetsBefore?.get(place) ?? reading(full, () => files.target(path, names[i] as string));
        if (target === undefined) return undefined;
        targets.push(target);
        if (links.leaves(path, target)) parts.tell({ code: 'workspace_link_leaves', path: full, detail: target });
      } else if (place >= 0) {
        hashes.set((before as Scanned).hashes.subarray(place * 32, place * 32 + 32), i * 32);
      } else if (isHashing) {
        const read = reading(full, () => files.hash(path, names[i] as string));
        if (read === 'gone') return undefined;
        if (read === 'changing') return stop('workspace_changing', full);
        hashes.set(read.hash, i * 32);
        put(stats, i, read.stat);
        kinds[i] = fileKind(read.stat.mode);
      }
      if (isRacy({ mtimeMs: stats[i * width + 2] as number, ctimeMs: stats[i * width + 3] as number }))
        kinds[i] = (kinds[i] as number) | kindOf.untrusted;
    }
    return { hashes, targets };
  }

  /** By where the link stands. */
  function targetsIn(before: Scanned): ReadonlyMap<number, string> {
    const targets = new Map<number, string>();
    before.kinds.forEach((kind, i) => {
      if ((kind & ~kindOf.untrusted) === kindOf.link) targets.set(i, before.targets[targets.size] as string);
    });
    return targets;
  }

  return {
    look,
    trySome,
    fill,
    reading,
    statOf: (path) => statAt(path === '' ? root : `${root}/${path}`, '', path),
    stop,
    isRacy,
    isSample,
  };
}
