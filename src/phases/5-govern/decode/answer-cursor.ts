/**
 * Small decoders over the syntax tree of an answer. They differ from the ones for manifests in what they tell: never a value of
 * the answer, since it may hold secrets. Every one reports and answers undefined instead of throwing.
 */

import { controlRefused, hasControl } from '../../../base/control.ts';
import type { Range } from '../../../base/span.ts';
import { suggest } from '../../../base/suggest.ts';
import type { ArrayNode, ObjectNode, SyntaxNode } from '../../../ir/syntax.ts';
import { nameFaults, nameWords } from '../../../language/name-faults.ts';
import { cutList, quote } from '../../../language/schema/assertions.ts';
import type { Pointer } from '../../../language/syntax/pointer.ts';

export interface Reader {
  readonly report: (pointer: Pointer, range: Range, message: string) => void;
}

export interface AnswerCursor {
  readonly node: SyntaxNode;
  readonly pointer: Pointer;
}

/** Of a tree in which nothing has a place; what is under it has none either. */
export const nowhere: Pointer = [];

export const under = (cursor: AnswerCursor, step: string | number, node: SyntaxNode): AnswerCursor => ({
  node,
  pointer: cursor.pointer === nowhere ? nowhere : [...cursor.pointer, step],
});

export function fail(reader: Reader, cursor: AnswerCursor, message: string, range?: Range): undefined {
  reader.report(cursor.pointer, range ?? cursor.node.range, message);
  return undefined;
}

const article: Readonly<Record<SyntaxNode['kind'], string>> = {
  object: 'an object',
  array: 'an array',
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  null: 'null',
};

export const wrongType = (reader: Reader, cursor: AnswerCursor, expected: string): undefined =>
  fail(reader, cursor, `expected ${expected}, found ${article[cursor.node.kind]}`);

/** `null` is the same as absent. */
export const present = (cursor: AnswerCursor | undefined): AnswerCursor | undefined =>
  cursor?.node.kind === 'null' ? undefined : cursor;

export type Fields = (name: string) => AnswerCursor | undefined;

export interface FieldNames {
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
}

/** The fields of an object whose keys are fixed: no other may stand there, and none twice. */
export function fieldsOf(reader: Reader, cursor: AnswerCursor, names: FieldNames): Fields | undefined {
  const { node } = cursor;
  if (node.kind !== 'object') return wrongType(reader, cursor, 'an object');
  const known = [...(names.required ?? []), ...(names.optional ?? [])];
  const found = new Map<string, AnswerCursor>();
  for (const { key, keyRange, value } of node.entries) {
    if (!known.includes(key)) fail(reader, cursor, unknownField(key, known), keyRange);
    else if (found.has(key)) fail(reader, cursor, `field ${quote(key)} is given twice`, keyRange);
    else found.set(key, under(cursor, key, value));
  }
  for (const name of names.required ?? []) {
    if (!found.has(name)) fail(reader, cursor, `the required field \`${name}\` is missing`);
  }
  return (name) => found.get(name);
}

function unknownField(key: string, known: readonly string[]): string {
  const near = suggest(key, known);
  const hint = near === undefined ? `the fields here are ${known.map(quote).join(', ')}` : `did you mean \`${near}\`?`;
  return `unknown field ${quote(key)}; ${hint}`;
}

/** The fields of an object in which more may stand than is read; the last of a repeated key counts. */
export function looseFieldsOf(reader: Reader, cursor: AnswerCursor): Fields | undefined {
  const { node } = cursor;
  if (node.kind !== 'object') return wrongType(reader, cursor, 'an object');
  const found = new Map(node.entries.map(({ key, value }) => [key, under(cursor, key, value)]));
  return (name) => found.get(name);
}

/** A field of `looseFieldsOf` that must be there. */
export function needed(reader: Reader, cursor: AnswerCursor, fields: Fields, name: string): AnswerCursor | undefined {
  return fields(name) ?? fail(reader, cursor, `the required field \`${name}\` is missing`);
}

/** The entries of a map from names; the last of a repeated name counts. */
export function entriesOf(reader: Reader, cursor: AnswerCursor | undefined): ReadonlyMap<string, AnswerCursor> {
  if (!cursor) return new Map();
  const { node } = cursor;
  if (node.kind === 'object') return new Map(node.entries.map(({ key, value }) => [key, under(cursor, key, value)]));
  wrongType(reader, cursor, 'an object');
  return new Map();
}

/** Entries whose names may be used in references, which split at the dot. */
export function namesOf(reader: Reader, cursor: AnswerCursor | undefined): ReadonlyMap<string, AnswerCursor> {
  const entries = entriesOf(reader, cursor);
  for (const [name, entry] of entries) {
    for (const fault of nameFaults(name)) fail(reader, entry, nameWords[fault]);
  }
  return entries;
}

export function itemsOf(reader: Reader, cursor: AnswerCursor | undefined): readonly AnswerCursor[] {
  const node = cursor && arrayOf(reader, cursor);
  return node && cursor ? node.items.map((item, index) => under(cursor, index, item)) : [];
}

const arrayOf = (reader: Reader, cursor: AnswerCursor): ArrayNode | undefined =>
  cursor.node.kind === 'array' ? cursor.node : wrongType(reader, cursor, 'an array');

export function objectOf(reader: Reader, cursor: AnswerCursor | undefined): ObjectNode | undefined {
  if (!cursor) return undefined;
  return cursor.node.kind === 'object' ? cursor.node : wrongType(reader, cursor, 'an object');
}

export interface AnswerText {
  readonly value: string;
  readonly range: Range;
}

export function textOf(
  reader: Reader,
  cursor: AnswerCursor | undefined,
  expected = 'a string',
): AnswerText | undefined {
  if (!cursor) return undefined;
  const { node } = cursor;
  return node.kind === 'string' ? { value: node.value, range: node.range } : wrongType(reader, cursor, expected);
}

export const optionalText = (reader: Reader, cursor: AnswerCursor | undefined): AnswerText | undefined =>
  textOf(reader, present(cursor));

export function nameOf(reader: Reader, cursor: AnswerCursor | undefined): string | undefined {
  const text = textOf(reader, cursor);
  if (!text || !cursor) return undefined;
  const faults = nameFaults(text.value);
  for (const fault of faults) fail(reader, cursor, nameWords[fault]);
  return faults.length === 0 ? text.value : undefined;
}

/** What is shown like a name, and may have a dot. */
export function shownOf(
  reader: Reader,
  cursor: AnswerCursor | undefined,
  expected = 'a string',
): AnswerText | undefined {
  const text = textOf(reader, cursor, expected);
  if (!text || !cursor) return undefined;
  return !hasControl(text.value) ? text : fail(reader, cursor, controlRefused);
}

export const optionalShown = (reader: Reader, cursor: AnswerCursor | undefined): AnswerText | undefined =>
  shownOf(reader, present(cursor));

export function booleanOf(reader: Reader, cursor: AnswerCursor | undefined, fallback: boolean): boolean {
  if (!cursor) return fallback;
  if (cursor.node.kind === 'boolean') return cursor.node.value;
  wrongType(reader, cursor, 'a boolean');
  return fallback;
}

/** A non-negative integer, written as one: `1.0` and `1e2` are floats. */
export function countOf(
  reader: Reader,
  cursor: AnswerCursor | undefined,
  max: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (!cursor) return undefined;
  const { node } = cursor;
  if (node.kind !== 'number' || !/^-?\d+$/.test(node.text)) {
    return wrongType(reader, cursor, node.kind === 'number' ? 'an integer without point and exponent' : 'an integer');
  }
  if (node.value >= 0 && node.value <= max) return node.value;
  return fail(reader, cursor, `the number is out of range: it must be from 0 to ${max}`);
}

export function oneOf<T extends string>(
  reader: Reader,
  cursor: AnswerCursor | undefined,
  allowed: readonly T[],
): T | undefined {
  const text = textOf(reader, cursor);
  if (!text || !cursor) return undefined;
  const found = allowed.find((value) => value === text.value);
  if (found !== undefined) return found;
  return fail(reader, cursor, `unknown value; use one of ${cutList(allowed.map((value) => `\`${value}\``))}`);
}
