/** What threads hand over, put together: a tree, and blocks for the cache. */
import type { BytePath, Tree, TreeEntry } from '../../../ir/workspace.ts';
import { comparePaths } from '../byte-path.ts';
import { blocks, type Scanned } from './block.ts';

export interface Gathered {
  /** Answers how many entries there are by now. */
  readonly take: (bytes: Uint8Array, same: readonly number[]) => number;
  /** Also what git ignores, as it was met: a folder that is not entered is one. */
  readonly tree: () => { readonly tree: Tree; readonly ignored: readonly BytePath[] };
  /** It was passed over, or is as it was. */
  readonly isSame: (path: BytePath) => boolean;
  /** Where blocks that are still as they were stand in the cache. */
  readonly same: () => readonly number[];
  /** The cache does not hold the same already. */
  readonly isNew: () => boolean;
  /** For the cache. */
  readonly blocks: () => Uint8Array;
}

const folder: TreeEntry = Object.freeze({ kind: 'folder' });
const other: TreeEntry = Object.freeze({ kind: 'other' });

/** A folder as it goes into a tree; `ignored` stands for what does not. */
interface Read {
  readonly paths: readonly BytePath[];
  readonly entries: readonly (TreeEntry | 'ignored' | undefined)[];
}

/** Pieces of one text: they take less memory, and are hashed sooner, than texts that are put together one by one. */
const pathsOf = (prefix: string, names: readonly string[]): readonly BytePath[] =>
  names.length === 0 ? [] : (prefix + names.join(`\0${prefix}`)).split('\0');

/** `cache` is where the threads found what is the same. What is handed over is read at once, while they go on. */
export function gathering(cache: Uint8Array | undefined, isHashing: boolean): Gathered {
  const layout = blocks();
  const { kinds, width } = layout;
  /** The last one of a folder counts. */
  const places = new Map<string, { readonly bytes: Uint8Array; readonly at: number; readonly read: Read }>();
  let isAny = false;
  let count = 0;

  function add(bytes: Uint8Array, at: number): void {
    places.set(layout.keyAt(bytes, at), { bytes, at, read: read(layout.read(bytes, at)) });
    count += layout.countAt(bytes, at);
  }

  function read({ path, names, kinds: of, stats, hashes, targets }: Scanned): Read {
    const prefix = path === '' ? '' : `${path}/`;
    const hex = isHashing ? Buffer.from(hashes.buffer, hashes.byteOffset, hashes.length).toString('hex') : '';
    let link = 0;
    const entries = names.map((_, i): TreeEntry | 'ignored' | undefined => {
      const kind = (of[i] as number) & ~kinds.untrusted;
      if (kind === kinds.file || kind === kinds.program) {
        const hash = hex.slice(i * 64, i * 64 + 64);
        return { kind: 'file', executable: kind === kinds.program, size: stats[i * width + 1] as number, hash };
      }
      if (kind === kinds.folder) return folder;
      if (kind === kinds.link) return { kind: 'link', target: targets[link++] as string };
      if (kind === kinds.other) return other;
      return kind === kinds.ignored || kind === kinds.ignoredFolder ? 'ignored' : undefined;
    });
    return { paths: pathsOf(prefix, names), entries };
  }

  function tree(): { readonly tree: Tree; readonly ignored: readonly BytePath[] } {
    const found = new Map<BytePath, TreeEntry>();
    const ignored: BytePath[] = [];
    const visit = (path: BytePath): void => {
      const { paths, entries } = folderAt(path);
      for (let i = 0; i < paths.length; i++) {
        const entry = entries[i];
        if (entry === undefined) continue;
        if (entry === 'ignored') ignored.push(paths[i] as BytePath);
        else found.set(paths[i] as BytePath, entry);
        if (entry === folder) visit(paths[i] as BytePath);
      }
    };
    visit('');
    return { tree: found, ignored };
  }

  /** With what counts in it although it is ignored. */
  function folderAt(path: BytePath): Read {
    const whole = places.get(path)?.read ?? { paths: [], entries: [] };
    const part = places.get(`${path}/`)?.read;
    if (!part) return whole;
    const both = [whole, part].flatMap(({ paths, entries }) => paths.map((one, i) => [one, entries[i]] as const));
    both.sort(([a], [b]) => comparePaths(a, b));
    return { paths: both.map(([one]) => one), entries: both.map(([, entry]) => entry) };
  }

  return {
    take(bytes, same) {
      for (const at of layout.placesIn(bytes) ?? []) add(bytes, at);
      for (const at of same) add(cache as Uint8Array, at);
      if (bytes.length > 0) isAny = true;
      return count;
    },
    tree,
    isSame: (path) => cache !== undefined && places.get(path)?.bytes === cache,
    same: () => [...places.values()].flatMap(({ bytes, at }) => (bytes === cache ? [at] : [])),
    isNew() {
      const isLess = cache !== undefined && layout.placesIn(cache)?.length !== places.size;
      return isAny || isLess;
    },
    blocks() {
      return Buffer.concat(
        [...places.values()].map(({ bytes, at }) => bytes.subarray(at, at + layout.lengthAt(bytes, at))),
      );
    },
  };
}
