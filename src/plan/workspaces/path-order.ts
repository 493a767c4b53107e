/** Paths in the order of a walk: each folder is followed by all that lies in it, at any depth, before its next neighbour. */
import type { BytePath, Tree } from '../../ir/workspace.ts';

/** No name holds a zero byte, and nothing is less: `a`, `a/b`, `a-b`. */
export const orderKey = (path: BytePath): string => path.replaceAll('/', '\0');
export const pathOfKey = (key: string): BytePath => key.replaceAll('\0', '/');

export const compareKeys = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const byWalk = (a: { readonly path: BytePath }, b: { readonly path: BytePath }): number =>
  compareKeys(orderKey(a.path), orderKey(b.path));

/** Answers what lies below a path, in that order; O(found + log n) once the first has been asked for. */
export function belowIn(...trees: readonly Tree[]): (path: BytePath) => readonly BytePath[] {
  let keys: readonly string[] | undefined;
  return (path) => {
    keys ??= [...new Set(trees.flatMap((tree) => [...tree.keys()]))].map(orderKey).sort(compareKeys);
    const prefix = `${orderKey(path)}\0`;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle] as string) < prefix) low = middle + 1;
      else high = middle;
    }
    let end = low;
    while (keys[end]?.startsWith(prefix)) end++;
    return keys.slice(low, end).map(pathOfKey);
  };
}
