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

const surrogate = /[\ud800-\udfff]/;
const compareUnits = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** `compareText` of these texts: without surrogates both orders are one, and the machine's own is the quick one. */
export const comparerOf = (texts: readonly string[]): typeof compareText =>
  texts.some((text) => surrogate.test(text)) ? compareText : compareUnits;

export function sortedBy<T>(items: Iterable<T>, key: (item: T) => string): T[] {
  const list = [...items];
  if (list.length < 2) return list;
  const keys = list.map(key);
  const compare = comparerOf(keys);
  return list
    .map((item, index) => ({ item, key: keys[index] as string }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ item }) => item);
}

export const sortedKeys = (object: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(object).sort(compareText);
