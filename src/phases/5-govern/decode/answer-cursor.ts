/**
 * Small decoders over an answer: over its syntax tree, or over its value alone. They differ from the ones for manifests in what they tell:
 * never a value of the answer, since it may hold secrets. Every one reports and answers undefined instead of throwing.
 */

import { controlRefused, hasControl } from '../../../base/control.ts';
import { isObject, type JsonObject, type JsonValue, own } from '../../../base/json.ts';
import { emptyRange, type Range } from '../../../base/span.ts';
import { suggest } from '../../../base/suggest.ts';
import type { ObjectNode, SyntaxNode } from '../../../ir/syntax.ts';
import { nameFaults, nameWords } from '../../../language/name-faults.ts';
import { cutList, quote } from '../../../language/schema/assertions.ts';
import type { Pointer } from '../../../language/syntax/pointer.ts';
import { objectToJson, toJson } from '../../../language/syntax/to-json.ts';
import type { AnswerRuleId } from '../answer-problem.ts';

export interface Reader {
  /** The rule is that of shape unless told. */
  readonly report: (pointer: Pointer, range: Range, message: string, rule?: AnswerRuleId) => void;
  /** What was made of values without a place so far, by what made it. */
  readonly known: Map<unknown, Map<JsonValue, unknown>>;
}

export type AnswerCursor = Placed | Plain;

/** In a text. */
export interface Placed {
  readonly node: SyntaxNode;
  readonly pointer: Pointer;
}

/** In a value that fits the schema of answers and came from a text that says no more: it has no place, and is not told about. */
export interface Plain {
  readonly node: undefined;
  readonly value: JsonValue;
}

export const plainCursor = (value: JsonValue): Plain => ({ node: undefined, value });

export const rangeOf = (cursor: AnswerCursor): Range => cursor.node?.range ?? emptyRange;

export function kindOf(cursor: AnswerCursor): SyntaxNode['kind'] {
  if (cursor.node) return cursor.node.kind;
  const { value } = cursor;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'object' | 'string' | 'number' | 'boolean';
}

/** Of a text or a boolean. */
function scalarOf(cursor: AnswerCursor): JsonValue | undefined {
  const { node } = cursor;
  if (!node) return cursor.value;
  return node.kind === 'string' || node.kind === 'boolean' ? node.value : undefined;
}

export const jsonOf = (cursor: AnswerCursor): JsonValue => (cursor.node ? toJson(cursor.node) : cursor.value);

/** Each object that has no place once: interposers have much in common. */
export function once<T>(
  reader: Reader,
  cursor: AnswerCursor | undefined,
  decode: (reader: Reader, cursor: AnswerCursor) => T,
): T | undefined {
  if (!cursor) return undefined;
  if (cursor.node) return decode(reader, cursor);
  const { value } = cursor;
  let known = reader.known.get(decode);
  if (!known) {
    known = new Map();
    reader.known.set(decode, known);
  }
  const found = known.get(value);
  if (found !== undefined || known.has(value)) return found as T;
  const made = decode(reader, cursor);
  known.set(value, made);
  return made;
}

const under = (cursor: Placed, step: string | number, node: SyntaxNode): Placed => ({
  node,
  pointer: [...cursor.pointer, step],
});

export function fail(
  reader: Reader,
  cursor: AnswerCursor,
  message: string,
  range?: Range,
  rule?: AnswerRuleId,
): undefined {
  reader.report(cursor.node ? cursor.pointer : [], range ?? rangeOf(cursor), message, rule);
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
  fail(reader, cursor, `expected ${expected}, found ${article[kindOf(cursor)]}`);

/** `null` is the same as absent. */
export const present = (cursor: AnswerCursor | undefined): AnswerCursor | undefined =>
  cursor && kindOf(cursor) === 'null' ? undefined : cursor;

export type Fields = (name: string) => AnswerCursor | undefined;

export interface FieldNames {
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
}

/** The fields of an object whose keys are fixed: no other may stand there, and none twice. */
export function fieldsOf(reader: Reader, cursor: AnswerCursor, names: FieldNames): Fields | undefined {
  const { node } = cursor;
  if (!node) return plainFields(cursor);
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

/** What the schema says of fields holds. */
function plainFields({ value }: Plain): Fields | undefined {
  if (!isObject(value)) return undefined;
  return (name) => {
    const field = own(value, name);
    return field === undefined ? undefined : plainCursor(field);
  };
}

function unknownField(key: string, known: readonly string[]): string {
  const near = suggest(key, known);
  const hint = near === undefined ? `the fields here are ${known.map(quote).join(', ')}` : `did you mean \`${near}\`?`;
  return `unknown field ${quote(key)}; ${hint}`;
}

/** The fields of an object in which more may stand than is read; the last of a repeated key counts. */
export function looseFieldsOf(reader: Reader, cursor: AnswerCursor): Fields | undefined {
  const { node } = cursor;
  if (!node) return plainFields(cursor);
  if (node.kind !== 'object') return wrongType(reader, cursor, 'an object');
  const found = new Map(node.entries.map(({ key, value }) => [key, under(cursor, key, value)]));
  return (name) => found.get(name);
}

/** A field of `looseFieldsOf` that must be there. */
export function needed(reader: Reader, cursor: AnswerCursor, fields: Fields, name: string): AnswerCursor | undefined {
  return fields(name) ?? fail(reader, cursor, `the required field \`${name}\` is missing`);
}

/** The entries of a map from names; the last of a repeated name counts. */
export function entriesOf(
  reader: Reader,
  cursor: AnswerCursor | undefined,
): readonly (readonly [name: string, entry: AnswerCursor])[] {
  if (!cursor) return [];
  const { node } = cursor;
  if (!node) return isObject(cursor.value) ? Object.entries(cursor.value).map(([key, v]) => [key, plainCursor(v)]) : [];
  if (node.kind === 'object')
    return [...new Map(node.entries.map(({ key, value }) => [key, under(cursor, key, value)]))];
  wrongType(reader, cursor, 'an object');
  return [];
}

/** Entries whose names may be used in references, which split at the dot. */
export function namesOf(reader: Reader, cursor: AnswerCursor | undefined): ReturnType<typeof entriesOf> {
  const entries = entriesOf(reader, cursor);
  for (const [name, entry] of entries) {
    for (const fault of nameFaults(name)) fail(reader, entry, nameWords[fault]);
  }
  return entries;
}

export function itemsOf(reader: Reader, cursor: AnswerCursor | undefined): readonly AnswerCursor[] {
  if (!cursor) return [];
  const { node } = cursor;
  if (!node) return Array.isArray(cursor.value) ? (cursor.value as readonly JsonValue[]).map(plainCursor) : [];
  if (node.kind === 'array') return node.items.map((item, index) => under(cursor, index, item));
  wrongType(reader, cursor, 'an array');
  return [];
}

export function objectOf(reader: Reader, cursor: AnswerCursor | undefined): JsonObject | undefined {
  if (!cursor) return undefined;
  const { node } = cursor;
  if (!node) return isObject(cursor.value) ? cursor.value : undefined;
  return node.kind === 'object' ? objectToJson(node) : wrongType(reader, cursor, 'an object');
}

/** Where the fields of an object stand. */
export const objectNodeOf = ({ node }: AnswerCursor): ObjectNode | undefined =>
  node?.kind === 'object' ? node : undefined;

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
  const value = scalarOf(cursor);
  return typeof value === 'string' ? { value, range: rangeOf(cursor) } : wrongType(reader, cursor, expected);
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
  const value = scalarOf(cursor);
  if (typeof value === 'boolean') return value;
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
  // A number without a place is written as one: no other text is read without places.
  if (!node)
    return typeof cursor.value === 'number' && inRange(cursor.value, max)
      ? cursor.value
      : fail(reader, cursor, outside(max));
  if (node.kind !== 'number' || !/^-?\d+$/.test(node.text)) {
    return wrongType(reader, cursor, node.kind === 'number' ? 'an integer without point and exponent' : 'an integer');
  }
  return inRange(node.value, max) ? node.value : fail(reader, cursor, outside(max));
}

const inRange = (value: number, max: number): boolean => value >= 0 && value <= max;
const outside = (max: number): string => `the number is out of range: it must be from 0 to ${max}`;

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
