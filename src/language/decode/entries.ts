/** Lists, and maps from names: what a decoder makes of each entry. Nothing stands for an entry with a fault, which was reported. */
import { grown } from '../../base/grown.ts';
import { compareText } from '../../base/order.ts';
import { type Cursor, itemsOf, type NamedCursor, namesOf } from './cursor.ts';
import type { Reporter } from './reporter.ts';

/** Most sections of a manifest are not there. */
const none: readonly never[] = [];

/** In the order of the text. */
export function decodeItems<T>(
  ctx: Reporter,
  cursor: Cursor | undefined,
  decode: (item: Cursor) => T | undefined,
): readonly T[] {
  return cursor ? decoded(itemsOf(ctx, cursor), decode) : none;
}

/** In the order of names. */
export function decodeNamed<T extends { readonly name: string }>(
  ctx: Reporter,
  cursor: Cursor | undefined,
  decode: (item: NamedCursor) => T | undefined,
): readonly T[] {
  if (!cursor) return none;
  const found = decoded(namesOf(ctx, cursor), decode);
  return found.length < 2 ? found : [...found].sort((a, b) => compareText(a.name, b.name));
}

function decoded<C, T>(cursors: readonly C[], decode: (cursor: C) => T | undefined): readonly T[] {
  let found: readonly T[] = none;
  for (const cursor of cursors) {
    const one = decode(cursor);
    if (one !== undefined) found = grown(found, one);
  }
  return found;
}
