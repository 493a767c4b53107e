/**
 * Orders strings by their UTF-8 bytes, which is code point order. `<` on strings compares UTF-16 code units and differs
 * where a surrogate pair meets U+E000…U+FFFF.
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xs = x >= 0xd800 && x <= 0xdfff;
    const ys = y >= 0xd800 && y <= 0xdfff;
    return xs === ys ? x - y : xs ? 1 : -1;
  }
  return a.length - b.length;
}

export function sortedBy<T>(items: Iterable<T>, key: (item: T) => string): T[] {
  const list = [...items];
  return list.length < 2 ? list : list.sort((a, b) => compareText(key(a), key(b)));
}

export const sortedKeys = (object: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(object).sort(compareText);
