/** What threads hand over, put together: a tree, and blocks for the cache. */
import type { BytePath, Tree } from '../../../ir/workspace.ts';
import { blocks } from './block.ts';
import { foundTree, type Place } from './found-tree.ts';

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

/** `cache` is where the threads found what is the same. */
export function gathering(cache: Uint8Array | undefined, isHashing: boolean): Gathered {
  const layout = blocks();
  /** The last one of a folder counts. */
  const places = new Map<string, Place>();
  let isAny = false;
  let count = 0;

  function add(bytes: Uint8Array, at: number): void {
    places.set(layout.keyAt(bytes, at), { bytes, at });
    count += layout.countAt(bytes, at);
  }

  return {
    take(bytes, same) {
      for (const at of layout.placesIn(bytes) ?? []) add(bytes, at);
      for (const at of same) add(cache as Uint8Array, at);
      if (bytes.length > 0) isAny = true;
      return count;
    },
    tree: () => foundTree((key) => places.get(key), isHashing),
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
