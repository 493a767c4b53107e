import { isObject, type JsonObject, type JsonValue, own, setKey } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { isBounded } from './expand.ts';
import { resolveRef, type SchemaNode } from './facets.ts';

/** Values that are there, but not to be looked into. */
export type Opaque = ReadonlySet<JsonValue>;
const none: Opaque = new Set();

/**
 * Fills missing keys; null is not missing and nothing is overridden. A default below an optional object that is missing
 * creates that object. The root's own `default` has no place to go. The schema must have passed the profile.
 */
export function applyDefaults(schema: JsonObject, value: JsonObject, opaque: Opaque = none): JsonObject {
  if (!isBounded(schema)) return value;
  const filled = fill({ root: schema, opaque }, [schema], value);
  return isObject(filled) ? filled : value;
}

/** What fills a missing value that all the nodes describe; undefined when none of them, nor anything below, has a default. */
export const defaultOf = (root: JsonObject, nodes: readonly SchemaNode[]): JsonValue | undefined =>
  fill(
    { root, opaque: none },
    nodes.map((node) => node.schema),
    undefined,
  );

interface Context {
  readonly root: JsonObject;
  readonly opaque: Opaque;
}
/** The order decides which of several defaults wins. */
interface Facets {
  /** Itself, `$ref`, `allOf`: the order of their own defaults. */
  readonly outer: JsonObject[];
  /** `$ref`, `allOf`, itself: the order of what is below. */
  readonly inner: JsonObject[];
}

function fill(ctx: Context, schemas: readonly JsonValue[], given: JsonValue | undefined): JsonValue | undefined {
  if (given !== undefined && ctx.opaque.has(given)) return given;
  const facets: Facets = { outer: [], inner: [] };
  const seen = new Set<JsonObject>();
  for (const schema of schemas) collect(ctx.root, schema, facets, seen);
  const source = given === undefined ? facets.outer.find((schema) => Object.hasOwn(schema, 'default')) : undefined;
  const value = source ? source['default'] : given;
  if (Array.isArray(value)) return fillItems(ctx, facets.inner, value);
  return value === undefined || isObject(value) ? fillKeys(ctx, facets.inner, value) : value;
}

function collect(root: JsonObject, schema: JsonValue, facets: Facets, seen: Set<JsonObject>): void {
  if (!isObject(schema) || seen.has(schema)) return;
  seen.add(schema);
  facets.outer.push(schema);
  const ref = schema['$ref'];
  const target = typeof ref === 'string' ? resolveRef(root, ref) : undefined;
  if (target) collect(root, target.schema, facets, seen);
  const branches = schema['allOf'];
  if (Array.isArray(branches)) for (const branch of branches) collect(root, branch, facets, seen);
  facets.inner.push(schema);
}

function fillItems(ctx: Context, facets: readonly JsonObject[], value: readonly JsonValue[]): readonly JsonValue[] {
  const items = facets.flatMap((schema) => (isObject(schema['items']) ? [schema['items']] : []));
  if (items.length === 0) return value;
  const filled = value.map((item) => fill(ctx, items, item) as JsonValue);
  return filled.every((item, i) => item === value[i]) ? value : filled;
}

function fillKeys(ctx: Context, facets: readonly JsonObject[], value: JsonObject | undefined): JsonObject | undefined {
  const members = new Map<string, JsonValue[]>();
  for (const { properties } of facets as readonly Readonly<Record<string, JsonValue>>[]) {
    if (!isObject(properties)) continue;
    for (const name of Object.keys(properties)) {
      const known = members.get(name);
      const schema = properties[name] as JsonValue;
      if (known) known.push(schema);
      else members.set(name, [schema]);
    }
  }
  let copy: Record<string, JsonValue> | undefined;
  for (const name of [...members.keys()].sort(compareText)) {
    const before = value === undefined ? undefined : own(value, name);
    const after = fill(ctx, members.get(name) as JsonValue[], before);
    if (after === before || after === undefined) continue;
    copy ??= { ...value };
    setKey(copy, name, after);
  }
  return copy ?? value;
}
