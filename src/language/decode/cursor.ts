/** Small decoders over a syntax tree. Every one reports what is wrong where, and answers undefined instead of throwing. */
import { escaped } from '../../base/control.ts';
import type { Range } from '../../base/span.ts';
import { suggest } from '../../base/suggest.ts';
import type { Entry, ObjectNode, SyntaxNode } from '../../ir/syntax.ts';
import type { Reporter } from './reporter.ts';
import { everything, type FieldNames, reportUnknown } from './unknown-field.ts';
import { foundIn, remedyFor } from './wrong-type.ts';

export interface Cursor {
  readonly node: SyntaxNode;
  readonly path: string;
}

const none: readonly never[] = [];

export const shownPath = (path: string): string => (path === '' ? '.' : path);
export const below = (path: string, step: string | number): string =>
  typeof step === 'number' ? `${path}[${step}]` : path === '' ? escaped(step) : `${path}.${escaped(step)}`;

export function wrongType(ctx: Reporter, cursor: Cursor, expected: string): undefined {
  const { node, path } = cursor;
  const message = `expected ${expected}, found ${foundIn(node, expected)}`;
  ctx.report('wrong-type', node.range, path, message, remedyFor(node, path, expected));
  return undefined;
}

/** The fields of an object whose keys are fixed. */
export interface Fields {
  readonly node: ObjectNode;
  readonly path: string;
  readonly get: (name: string) => Cursor | undefined;
  readonly key: (name: string) => Range | undefined;
  /** There by another name, which was reported: that it is missing follows from that. */
  readonly misspelt: (name: string) => boolean;
}

export interface FieldOptions extends Omit<FieldNames, 'taken'> {
  readonly required?: readonly string[];
  /** Said in place of the list of known fields. */
  readonly what?: string;
  /** Help for a missing field. */
  readonly missingHelp?: Readonly<Record<string, string>>;
}

export function fieldsOf(ctx: Reporter, cursor: Cursor, options: FieldOptions): Fields | undefined {
  const node = cursor.node;
  if (node.kind !== 'object') return wrongType(ctx, cursor, options.what ?? 'an object');
  const { entries } = node;
  const entryOf = (name: string): Entry | undefined => lastBefore(entries, entries.length, name);
  let meant: Set<string | undefined> | undefined;
  let taken: ReadonlySet<string> | undefined;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as Entry;
    if (!options.known.includes(entry.key)) {
      taken ??= new Set(entries.map(({ key }) => key));
      meant ??= new Set();
      meant.add(reportUnknown(ctx, entry, cursor.path, { ...options, taken }));
      continue;
    }
    const first = lastBefore(entries, i, entry.key)?.keyRange;
    if (first) {
      const message = `field \`${entry.key}\` is given twice`;
      ctx.report('duplicate-field', entry.keyRange, cursor.path, message, 'keep one of the two', undefined, { first });
    }
  }
  const misspelt = (name: string): boolean =>
    meant !== undefined && !entryOf(name) && (meant.has(name) || meant.has(everything));
  for (const name of options.required ?? []) {
    if (entryOf(name) || misspelt(name)) continue;
    ctx.report('missing-field', node.range, cursor.path, `missing field \`${name}\``, options.missingHelp?.[name]);
  }
  return {
    node,
    path: cursor.path,
    get: (name) => {
      const entry = entryOf(name);
      return entry && { node: entry.value, path: below(cursor.path, name) };
    },
    key: (name) => entryOf(name)?.keyRange,
    misspelt,
  };
}

/** The last of a name, which is the one that counts. Known names are few, so looking for all of them takes O(entries). */
function lastBefore(entries: readonly Entry[], end: number, name: string): Entry | undefined {
  for (let i = end - 1; i >= 0; i--) if (entries[i]?.key === name) return entries[i];
  return undefined;
}

export interface NamedCursor extends Cursor {
  readonly name: string;
  readonly nameRange: Range;
}

/** The entries of a map from names, in the order of the text; a name given twice is reported at the second. */
export function namesOf(ctx: Reporter, cursor: Cursor | undefined): readonly NamedCursor[] {
  if (!cursor) return none;
  const node = cursor.node;
  if (node.kind !== 'object') {
    wrongType(ctx, cursor, 'an object');
    return [];
  }
  const [only, second] = node.entries;
  if (only && !second) return [namedCursor(cursor, only)];
  const found = new Map<string, NamedCursor>();
  for (const entry of node.entries) {
    const { key, keyRange } = entry;
    const first = found.get(key)?.nameRange;
    if (first) {
      const help = 'keep one of the two, or rename one';
      ctx.report('duplicate-name', keyRange, cursor.path, `\`${key}\` is given twice`, help, undefined, { first });
    } else found.set(key, namedCursor(cursor, entry));
  }
  return [...found.values()];
}

const namedCursor = ({ path }: Cursor, { key, keyRange, value }: Entry): NamedCursor => ({
  name: key,
  nameRange: keyRange,
  node: value,
  path: below(path, key),
});

export function itemsOf(ctx: Reporter, cursor: Cursor | undefined): readonly Cursor[] {
  if (!cursor) return none;
  if (cursor.node.kind !== 'array') {
    wrongType(ctx, cursor, 'an array');
    return [];
  }
  return cursor.node.items.map((node, index) => ({ node, path: below(cursor.path, index) }));
}

export interface DecodedText {
  readonly value: string;
  readonly range: Range;
}

export function textOf(ctx: Reporter, cursor: Cursor | undefined, expected = 'a string'): DecodedText | undefined {
  if (!cursor) return undefined;
  if (cursor.node.kind !== 'string') return wrongType(ctx, cursor, expected);
  return { value: cursor.node.value, range: cursor.node.range };
}

/** `null` is the same as absent. */
export const present = (cursor: Cursor | undefined): Cursor | undefined =>
  cursor?.node.kind === 'null' ? undefined : cursor;

export const optionalText = (ctx: Reporter, cursor: Cursor | undefined): DecodedText | undefined =>
  textOf(ctx, present(cursor));

export function booleanOf(ctx: Reporter, cursor: Cursor | undefined, fallback: boolean): boolean {
  if (!cursor) return fallback;
  if (cursor.node.kind === 'boolean') return cursor.node.value;
  wrongType(ctx, cursor, 'a boolean');
  return fallback;
}

export function integerOf(
  ctx: Reporter,
  cursor: Cursor | undefined,
  bounds: { readonly min: number; readonly max: number },
): number | undefined {
  if (!cursor) return undefined;
  const node = cursor.node;
  if (node.kind !== 'number' || node.text.includes('.') || node.text.includes('e'))
    return wrongType(ctx, cursor, 'an integer');
  if (node.value < bounds.min || node.value > bounds.max) {
    ctx.report(
      'invalid-value',
      node.range,
      cursor.path,
      `${node.text} is out of range`,
      `use an integer from ${bounds.min} to ${bounds.max}`,
    );
    return undefined;
  }
  return node.value;
}

export function objectOf(ctx: Reporter, cursor: Cursor | undefined): ObjectNode | undefined {
  if (!cursor) return undefined;
  return cursor.node.kind === 'object' ? cursor.node : wrongType(ctx, cursor, 'an object');
}

export function oneOf<T extends string>(
  ctx: Reporter,
  cursor: Cursor | undefined,
  allowed: readonly T[],
  /** The reference implementation tells of the whole that the value is a field of. */
  whole?: Range,
): T | undefined {
  const text = textOf(ctx, cursor);
  if (!text || !cursor) return undefined;
  const found = allowed.find((value) => value === text.value);
  if (found !== undefined) return found;
  const near = suggest(text.value, allowed);
  const list = `use ${allowed.map((a) => `\`${a}\``).join(', ')}`;
  ctx.report(
    'invalid-value',
    whole ?? text.range,
    cursor.path,
    `unknown value \`${text.value}\``,
    near === undefined ? list : `did you mean \`${near}\`?`,
    near === undefined ? undefined : { range: text.range, text: near },
    { focus: whole && text.range },
  );
  return undefined;
}
