/**
 * A tree over the blocks that a scan has found. What it says of an entry is made when it is asked for: of many trees of many files at once,
 * each takes as much memory as its blocks.
 */
import type { BytePath, Tree, TreeEntry } from '../../../ir/workspace.ts';
import { comparePaths, parentOf } from '../byte-path.ts';
import { blocks } from './block.ts';

export interface Place {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** Blocks of a folder: all of it, and what counts in it although it is ignored. */
type Parts = readonly Place[];

/** A folder whose names were read: in order, with what stands there. */
interface Opened {
  readonly names: readonly string[];
  readonly entryAt: (i: number) => TreeEntry | undefined;
}

const folder: TreeEntry = Object.freeze({ kind: 'folder' });
const other: TreeEntry = Object.freeze({ kind: 'other' });
/** Whoever goes through a tree asks for a folder, for those around it, and for the next one. */
const mostOpen = 32;

const layout = blocks();
const { kinds, width } = layout;

/** `placeOf` answers by the key of a block. Also what git ignores, as it was met: a folder that is not entered is one. */
export function foundTree(
  placeOf: (key: string) => Place | undefined,
  isHashing: boolean,
): { readonly tree: Tree; readonly ignored: readonly BytePath[] } {
  const { folders, ignored, size } = reached(placeOf);
  const opened = new Map<BytePath, Opened>();

  function open(path: BytePath): Opened | undefined {
    const known = opened.get(path);
    const parts = known ? undefined : folders.get(path);
    const found = known ?? (parts && openParts(parts, isHashing));
    if (!found) return undefined;
    // Last in order: it is the last to be forgotten.
    if (known) opened.delete(path);
    else if (opened.size >= mostOpen) opened.delete(opened.keys().next().value as BytePath);
    opened.set(path, found);
    return found;
  }

  function get(path: BytePath): TreeEntry | undefined {
    const around = parentOf(path);
    const found = path === '' ? undefined : open(around);
    const at = found ? indexIn(found.names, around === '' ? path : path.slice(around.length + 1)) : -1;
    return at < 0 ? undefined : found?.entryAt(at);
  }

  function* entries(): Generator<[BytePath, TreeEntry], undefined> {
    const going = [walking('', openParts(folders.get('') ?? [], isHashing))];
    for (let last = going.at(-1); last; last = going.at(-1)) {
      const i = last.next++;
      if (i >= last.paths.length) {
        going.pop();
        continue;
      }
      const entry = last.entryAt(i);
      if (!entry) continue;
      const path = last.paths[i] as BytePath;
      yield [path, entry];
      const parts = entry === folder ? folders.get(path) : undefined;
      if (parts) going.push(walking(path, openParts(parts, isHashing)));
    }
  }

  function* part<T>(pick: (entry: [BytePath, TreeEntry]) => T): Generator<T, undefined> {
    for (const entry of entries()) yield pick(entry);
  }

  const tree: Tree = {
    size,
    get,
    has: (path) => get(path) !== undefined,
    entries,
    [Symbol.iterator]: entries,
    keys: () => part(([path]) => path),
    values: () => part(([, entry]) => entry),
    forEach(call, self) {
      for (const [path, entry] of entries()) call.call(self, entry, path, tree);
    },
  };
  return { tree, ignored };
}

const walking = (path: BytePath, { names, entryAt }: Opened) => ({ paths: pathsOf(path, names), entryAt, next: 0 });

/** Pieces of one text: they take less memory, and are hashed sooner, than texts that are put together one by one. */
function pathsOf(path: BytePath, names: readonly string[]): readonly BytePath[] {
  const prefix = path === '' ? '' : `${path}/`;
  return names.length === 0 ? [] : (prefix + names.join(`\0${prefix}`)).split('\0');
}

/** Folders of the tree, in no order; what lies in one that went away meanwhile is in none. */
function reached(placeOf: (key: string) => Place | undefined): {
  readonly folders: ReadonlyMap<BytePath, Parts>;
  readonly ignored: readonly BytePath[];
  readonly size: number;
} {
  const folders = new Map<BytePath, Parts>();
  const ignored: BytePath[] = [];
  let size = 0;
  const open: BytePath[] = [''];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const parts = [placeOf(path), placeOf(`${path}/`)].filter((place) => place !== undefined);
    folders.set(path, parts);
    const counted = parts.map(({ bytes, at }) => countIn(layout.readHead(bytes, at).kinds));
    if (parts.length === 1 && !counted[0]?.isNamed) {
      size += counted[0]?.entries ?? 0;
      continue;
    }
    for (const [name, kind] of namedIn(parts)) {
      const full = path === '' ? name : `${path}/${name}`;
      if (isIgnored(kind)) ignored.push(full);
      if (isEntry(kind)) size++;
      if (kind === kinds.folder) open.push(full);
    }
  }
  return { folders, ignored: ignored.sort(comparePaths), size };
}

/** How many count, and whether there is one that has to be known by its name. */
function countIn(of: Uint8Array): { readonly entries: number; readonly isNamed: boolean } {
  let entries = 0;
  let isNamed = false;
  for (let i = 0; i < of.length; i++) {
    const kind = (of[i] as number) & ~kinds.untrusted;
    if (isEntry(kind)) entries++;
    if (kind === kinds.folder || isIgnored(kind)) isNamed = true;
  }
  return { entries, isNamed };
}

const isIgnored = (kind: number): boolean => kind === kinds.ignored || kind === kinds.ignoredFolder;
const isEntry = (kind: number): boolean => kind <= kinds.other;

/** Of a name that stands in both, what counts although it is ignored. */
function namedIn(parts: Parts): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { bytes, at } of parts) {
    const { names, kinds: of } = layout.read(bytes, at);
    names.forEach((name, i) => void found.set(name, (of[i] as number) & ~kinds.untrusted));
  }
  return found;
}

function openParts(parts: Parts, isHashing: boolean): Opened {
  const all = parts.map((place) => openOne(place, isHashing));
  if (all.length === 1) return all[0] as Opened;
  const found = new Map<string, () => TreeEntry | undefined>();
  for (const { names, entryAt } of all) names.forEach((name, i) => void found.set(name, () => entryAt(i)));
  const names = [...found.keys()].sort();
  return { names, entryAt: (i) => found.get(names[i] as string)?.() };
}

function openOne({ bytes, at }: Place, isHashing: boolean): Opened {
  const { names, kinds: of, stats, hashes, targets } = layout.read(bytes, at);
  const sums = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.length);
  /** Of each link, which one it is. */
  let links: Map<number, number> | undefined;

  function targetAt(i: number): string {
    if (!links) {
      links = new Map();
      for (let k = 0; k < of.length; k++)
        if (((of[k] as number) & ~kinds.untrusted) === kinds.link) links.set(k, links.size);
    }
    return targets[links.get(i) as number] as string;
  }

  function entryAt(i: number): TreeEntry | undefined {
    const kind = (of[i] as number) & ~kinds.untrusted;
    if (kind === kinds.file || kind === kinds.program) {
      const hash = isHashing ? sums.toString('hex', i * 32, i * 32 + 32) : '';
      return { kind: 'file', executable: kind === kinds.program, size: stats[i * width + 1] as number, hash };
    }
    if (kind === kinds.folder) return folder;
    if (kind === kinds.link) return { kind: 'link', target: targetAt(i) };
    return kind === kinds.other ? other : undefined;
  }
  return { names, entryAt };
}

/** -1 where it is not. */
function indexIn(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] as string) < name) low = middle + 1;
    else high = middle;
  }
  return names[low] === name ? low : -1;
}
