/**
 * Every fault of a document, in words. It walks the schema that decides, and knows exactly the keywords that `build.ts` writes; a test
 * holds both against each other.
 */
import { type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { Range } from '../../base/span.ts';
import { suggest } from '../../base/suggest.ts';
import type { ArrayNode, SyntaxNode } from '../../ir/syntax.ts';
import { below, type Cursor, fieldsOf, shownPath } from '../decode/cursor.ts';
import type { Reporter } from '../decode/reporter.ts';
import { foundIn, remedyFor } from '../decode/wrong-type.ts';
import type { Schema } from './build.ts';

export const contractFaults = [
  'unknown-field',
  'wrong-type',
  'missing-field',
  'duplicate-field',
  'invalid-value',
  'missing-item',
  'duplicate-item',
] as const;
export type ContractFault = (typeof contractFaults)[number];

/** `path` is for people; `.` for the whole document. */
export type Tell = (fault: ContractFault, range: Range, path: string, message: string, help?: string) => void;

interface Place extends Cursor {
  /** The smallest text that stands for the value as a whole: its key, or where it begins. */
  readonly named: Range;
}

interface Explaining {
  readonly tell: Tell;
  readonly reporter: Reporter;
}

/** In the order of the schema. Recurses over the schema, whose depth is a person's. O(size of the document). */
export function explain(schema: Schema, node: SyntaxNode, tell: Tell): void {
  const reporter: Reporter = {
    report: (fault, range, path, message, help) =>
      tell(contractFaults.find((one) => one === fault) ?? 'invalid-value', range, shownPath(path), message, help),
  };
  walk({ tell, reporter }, schema, { node, path: '', named: beginOf(node.range) });
}

const beginOf = ({ start, end }: Range): Range => ({ start, end: Math.min(start + 1, end) });

function walk(ctx: Explaining, schema: Schema, place: Place): void {
  if (!isOfType(ctx, schema, place)) return;
  const { node } = place;
  if (node.kind === 'object') walkObject(ctx, schema, place);
  else if (node.kind === 'array') walkArray(ctx, schema, place, node);
  else judgeValue(ctx, schema, place);
}

const kinds: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'an array',
  string: 'a string',
  boolean: 'a boolean',
  integer: 'an integer',
  number: 'a number',
  null: 'null',
};

function isOfType(ctx: Explaining, schema: Schema, { node, path }: Place): boolean {
  const types = [schema['type'] as JsonValue].flat() as readonly string[];
  if (types.some((type) => isA(node, type))) return true;
  const constant = own(schema, 'const');
  const expected = constant === undefined ? types.map((type) => kinds[type]).join(' or ') : quoted(constant);
  const [first = ''] = types;
  const help = remedyFor(node, path, kinds[first] as string) ?? meaning(schema);
  ctx.tell('wrong-type', node.range, shownPath(path), `expected ${expected}, found ${foundIn(node, expected)}`, help);
  return false;
}

const isA = (node: SyntaxNode, type: string): boolean =>
  type === 'integer' ? node.kind === 'number' && Number.isInteger(node.value) : node.kind === type;

function walkObject(ctx: Explaining, schema: Schema, place: Place): void {
  const properties = schema['properties'] as Readonly<Record<string, Schema>>;
  const fields = fieldsOf(ctx.reporter, place, { known: Object.keys(properties) });
  if (!fields) return;
  for (const name of schema['required'] as readonly string[]) {
    if (fields.get(name) || fields.misspelt(name)) continue;
    const help = toWrite(name, properties[name] as Schema);
    ctx.tell('missing-field', place.named, shownPath(place.path), `missing field \`${name}\``, help);
  }
  for (const [name, of] of Object.entries(properties)) {
    const found = fields.get(name);
    if (found) walk(ctx, of, { ...found, named: fields.key(name) ?? found.node.range });
  }
}

function walkArray(ctx: Explaining, schema: Schema, { path, named }: Place, { items }: ArrayNode): void {
  const of = schema['items'] as Schema;
  for (const [index, node] of items.entries())
    walk(ctx, of, { node, path: below(path, index), named: beginOf(node.range) });
  if (schema['uniqueItems'] === true) tellTwins(ctx, path, items);
  const branches = schema['allOf'];
  if (!Array.isArray(branches)) return;
  const wanted = (branches as readonly JsonObject[]).map(({ contains }) => wantedBy(contains as Schema));
  for (const { field, value } of wanted) {
    const texts = items.flatMap((item) => textIn(item, field) ?? []);
    // One that was misspelt was told already.
    const allowed = allowedIn(of, field);
    const isMeant = texts.some((text) => !allowed.includes(text) && suggest(text, allowed) === value);
    if (texts.includes(value) || isMeant) continue;
    const what = field === undefined ? `\`${value}\`` : `an entry with \`${field}\` \`${value}\``;
    const help = `add it: this list needs ${listed(wanted.map((one) => one.value))}`;
    ctx.tell('missing-item', named, shownPath(path), `${what} is missing`, help);
  }
}

function tellTwins(ctx: Explaining, path: string, items: readonly SyntaxNode[]): void {
  const seen = new Set<string>();
  for (const [index, node] of items.entries()) {
    if (node.kind !== 'string') continue;
    if (seen.has(node.value)) {
      const message = `\`${node.value}\` stands here twice`;
      ctx.tell('duplicate-item', node.range, below(path, index), message, 'remove one of the two');
    }
    seen.add(node.value);
  }
}

/** What `contains` asks for: a text, or an object with a text in a field. */
function wantedBy(contains: Schema): { readonly field: string | undefined; readonly value: string } {
  const [named] = Object.entries((contains['properties'] ?? {}) as Readonly<Record<string, Schema>>);
  const [field, schema] = named ?? [undefined, contains];
  return { field, value: schema['const'] as string };
}

/** Of a key that is given twice, the last counts. */
function textIn(node: SyntaxNode, field: string | undefined): string | undefined {
  if (field === undefined) return node.kind === 'string' ? node.value : undefined;
  const found = node.kind === 'object' ? node.entries.findLast(({ key }) => key === field)?.value : undefined;
  return found?.kind === 'string' ? found.value : undefined;
}

function allowedIn(items: Schema, field: string | undefined): readonly string[] {
  const schema = field === undefined ? items : (items['properties'] as Readonly<Record<string, Schema>>)[field];
  return (schema?.['enum'] ?? []) as readonly string[];
}

function judgeValue(ctx: Explaining, schema: Schema, { node, path }: Place): void {
  if (node.kind === 'object' || node.kind === 'array') return;
  const value = node.kind === 'null' ? null : node.value;
  const wrong = (message: string, help: string | undefined): void =>
    ctx.tell('invalid-value', node.range, shownPath(path), message, help);
  const { const: constant, enum: allowed, pattern, minimum } = schema as Readonly<Record<string, JsonValue>>;
  if (constant !== undefined && value !== constant)
    wrong(`must be ${quoted(constant)}, found ${quoted(value)}`, meaning(schema));
  if (Array.isArray(allowed) && !allowed.includes(value)) {
    const texts = (allowed as readonly JsonValue[]).filter((one): one is string => typeof one === 'string');
    const near = typeof value === 'string' ? suggest(value, texts) : undefined;
    wrong(`unknown value ${quoted(value)}`, near === undefined ? `use ${listed(texts)}` : `did you mean \`${near}\`?`);
  }
  if (typeof pattern === 'string' && typeof value === 'string' && !new RegExp(pattern, 'u').test(value))
    wrong(`${quoted(value)} is not of the form \`${pattern}\``, formOf(pattern));
  if (typeof minimum === 'number' && typeof value === 'number' && value < minimum)
    wrong(`${quoted(value)} is too small`, `use an integer from ${minimum} on`);
}

const quoted = (value: JsonValue): string => `\`${String(value)}\``;
const listed = (values: readonly JsonValue[]): string => values.map(quoted).join(', ');

/** What to write in place of a wrong value, or what the field means. */
function meaning({ const: constant, description }: Schema): string | undefined {
  if (typeof description !== 'string') return undefined;
  return constant === undefined ? `what it means: ${description}` : `write ${quoted(constant)}: ${description}`;
}

/** What a missing field would be. */
function toWrite(name: string, schema: Schema): string {
  const { const: constant, enum: allowed, description } = schema as Readonly<Record<string, JsonValue>>;
  if (constant !== undefined) return `add \`${name}\` with the value ${quoted(constant)}`;
  if (Array.isArray(allowed)) return `add \`${name}\` with one of ${listed(allowed)}`;
  return `add \`${name}\`: ${String(description)}`;
}

/** `^START[class][class]*$`, as identifiers have it. */
function formOf(pattern: string): string | undefined {
  const start = /^\^([\w:-]+)/.exec(pattern)?.[1];
  return start === undefined
    ? undefined
    : `it begins with \`${start}\`, and goes on with small letters, digits and hyphens`;
}

/** A key that is given twice anywhere: no schema sees it. Nesting is bounded by the parser. */
export function hasTwins(node: SyntaxNode): boolean {
  if (node.kind === 'array') return node.items.some(hasTwins);
  if (node.kind !== 'object') return false;
  const keys = new Set(node.entries.map(({ key }) => key));
  return keys.size < node.entries.length || node.entries.some(({ value }) => hasTwins(value));
}
