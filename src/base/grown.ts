/**
 * A list with one item more: the same list, so only its owner may ask for it, unless it was empty. Most lists of a manifest or a component
 * have one item, and at the first `push` V8 makes room for seventeen.
 */
export function grown<T>(list: readonly T[], item: T): readonly T[] {
  if (list.length === 0) return [item];
  (list as T[]).push(item);
  return list;
}
