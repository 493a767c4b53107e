/** What threads hand over, put together: a tree, and blocks for the cache. */
import type { BytePath, Tree, TreeEntry } from '../../../ir/workspace.ts';
import { comparePaths } from '../byte-path.ts';
import { blocks, type Scanned } from './block.ts';

export interface Gathered {
  /** Answers how many entries there are by now. */
  readonly take: (bytes: Uint8Array, same: readonly number[]) => number;
  /** Also what git ignores, as it was met: a folder that is not entered is one. */
  readonly tree: () => { readonly tree: Tree; readonly ignored: readonly BytePath[] };
  /** For the cache; undefined where that holds the same already. */
  readonly blocks: () => readonly Uint8Array[] | undefined;
}

const folder: TreeEntry = Object.freeze({ kind: 'folder' });
const other: TreeEntry = Object.freeze({ kind: 'other' });

/** `cache` is where the threads found what is the same. */
export function gathering(cache: Uint8Array | undefined, isHashing: boolean): Gathered {
  const layout = blocks();
  const { kinds } = layout;
  /** The last one of a folder counts. */
  const places = new Map<string, { readonly bytes: Uint8Array; readonly at: number }>();
  let isNew = false;
  let entries = 0;

  function add(bytes: Uint8Array, at: number): void {
    places.set(layout.keyAt(bytes, at), { bytes, at });
    entries += layout.countAt(bytes, at);
  }

  function read(key: string): Scanned | undefined {
    const place = places.get(key);
    return place && layout.read(place.bytes, place.at);
  }

  function tree(): { readonly tree: Tree; readonly ignored: readonly BytePath[] } {
    const found = new Map<BytePath, TreeEntry>();
    const ignored: BytePath[] = [];
    /** Folders that are still to be put in, the next one last. */
    const visit = (path: BytePath): void => {
      const prefix = path === '' ? '' : `${path}/`;
      const here = [...entriesOf(path), ...entriesOf(`${path}/`)];
      if (places.has(`${path}/`)) here.sort(([a], [b]) => comparePaths(a, b));
      for (const [name, entry] of here) {
        const full = prefix + name;
        if (entry === 'ignored') ignored.push(full);
        else found.set(full, entry);
        if (entry === folder) visit(full);
      }
    };
    visit('');
    return { tree: found, ignored };
  }

  function entriesOf(key: string): (readonly [string, TreeEntry | 'ignored'])[] {
    const scanned = read(key);
    if (!scanned) return [];
    const { names, stats, targets } = scanned;
    const hashes = isHashing
      ? Buffer.from(scanned.hashes.buffer, scanned.hashes.byteOffset, scanned.hashes.length)
      : '';
    const hex = typeof hashes === 'string' ? '' : hashes.toString('hex');
    const out: (readonly [string, TreeEntry | 'ignored'])[] = [];
    let link = 0;
    names.forEach((name, i) => {
      const kind = (scanned.kinds[i] as number) & ~kinds.untrusted;
      if (kind === kinds.file || kind === kinds.program) {
        const hash = hex.slice(i * 64, i * 64 + 64);
        out.push([name, { kind: 'file', executable: kind === kinds.program, size: stats[i * 4 + 1] as number, hash }]);
      } else if (kind === kinds.folder) out.push([name, folder]);
      else if (kind === kinds.link) out.push([name, { kind: 'link', target: targets[link++] as string }]);
      else if (kind === kinds.other) out.push([name, other]);
      else if (kind === kinds.ignored || kind === kinds.ignoredFolder) out.push([name, 'ignored']);
    });
    return out;
  }

  return {
    take(bytes, same) {
      for (const at of layout.placesIn(bytes) ?? []) add(bytes, at);
      for (const at of same) add(cache as Uint8Array, at);
      if (bytes.length > 0) isNew = true;
      return entries;
    },
    tree,
    blocks() {
      const isLess = cache !== undefined && layout.placesIn(cache)?.length !== places.size;
      if (!isNew && !isLess) return undefined;
      return [...places.values()].map(({ bytes, at }) => bytes.subarray(at, at + layout.lengthAt(bytes, at)));
    },
  };
}
