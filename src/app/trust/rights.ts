/** What settings ask for that widens rights, found by the table of rows. */
import { digestOf } from '../../base/digest.ts';
import { canonicalJson, isObject, type JsonValue } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { Range } from '../../base/span.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { type Place, type Row, rows } from './rows.ts';

export interface Right {
  readonly row: string;
  /** Keys and indices, from the top. */
  readonly path: readonly string[];
  readonly words: string;
  readonly near: boolean;
  /** What the digest is made of. Words may be put better; this stays. */
  readonly key: string;
}

/** In the order of the table. One that is asked for twice is one. */
export function rightsOf(settings: JsonValue, place: Place): readonly Right[] {
  const found = new Map<string, Right>();
  for (const row of rows)
    for (const right of rightsOfRow(row, settings, place)) if (!found.has(right.key)) found.set(right.key, right);
  return [...found.values()];
}

function rightsOfRow(row: Row, settings: JsonValue, place: Place): readonly Right[] {
  return valuesAt(settings, row.section.split('.'), [], []).flatMap(({ value, path, names }): readonly Right[] => {
    const widens = row.widens(value, place);
    if (widens === false) return [];
    const besides = widens === true ? '' : widens;
    const words = row.words(names, value, besides);
    // Of a list, the item counts and not its place.
    const key = canonicalJson([row.name, [...names], value, besides]);
    return [{ row: row.name, path, words, near: row.near === true, key }];
  });
}

interface Found {
  readonly value: JsonValue;
  readonly path: readonly string[];
  /** Names of objects that `*` stood for. */
  readonly names: readonly string[];
}

function valuesAt(
  value: JsonValue,
  [next, ...rest]: readonly string[],
  path: readonly string[],
  names: readonly string[],
): readonly Found[] {
  if (next === undefined) return [{ value, path, names }];
  if (Array.isArray(value))
    return next === '*' ? value.flatMap((item, i) => valuesAt(item, rest, [...path, String(i)], names)) : [];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    next === '*'
      ? valuesAt(item, rest, [...path, name], [...names, name])
      : name === next
        ? valuesAt(item, rest, [...path, name], names)
        : [],
  );
}

/** Of the list, and of nothing else: other edits of the file do not change it. */
export const digestOfRights = (rights: readonly Right[]): string =>
  digestOf(canonicalJson(['headgate rights 1', ...rights.map(({ key }) => key).sort(compareText)]));

/** Where it stands in the file. */
export function rangeOf(root: SyntaxNode, path: readonly string[]): Range {
  let node = root;
  for (const step of path) {
    const next: SyntaxNode | undefined =
      node.kind === 'object'
        ? node.entries.findLast(({ key }) => key === step)?.value
        : node.kind === 'array'
          ? node.items[Number(step)]
          : undefined;
    if (!next) break;
    node = next;
  }
  return node.range;
}
