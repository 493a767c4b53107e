/**
 * A config value as plain JSON with holes where something is not known yet: defaults and validation work on JSON, and treat
 * a hole as a value that is there and fits.
 */
import { isObject, type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import type { ConfigValue } from '../../ir/config.ts';

/** Identity is what tells a hole from an empty object. */
export type Holes = Map<JsonValue, ConfigValue>;

export function makeHole(holes: Holes, value: ConfigValue): JsonValue {
  const hole: JsonObject = {};
  holes.set(hole, value);
  return hole;
}

export function mapJson(value: JsonValue, leaf: (value: JsonValue) => JsonValue | undefined): JsonValue {
  const replaced = leaf(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => mapJson(item, leaf));
  if (!isObject(value)) return value;
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) setKey(out, key, mapJson(value[key] as JsonValue, leaf));
  return out;
}

/** A list with anything in it that is decided at run time becomes one hole: it is not looked into. */
export function toSkeleton(value: ConfigValue, holes: Holes): JsonValue {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'object': {
      const out: Record<string, JsonValue> = {};
      for (const key of Object.keys(value.entries))
        setKey(out, key, toSkeleton(value.entries[key] as ConfigValue, holes));
      return out;
    }
    case 'array':
      return value.items.some(isRuntime) ? makeHole(holes, value) : value.items.map((item) => toSkeleton(item, holes));
    default:
      return makeHole(holes, value);
  }
}

export function fromSkeleton(value: JsonValue, holes: Holes): ConfigValue {
  const hole = holes.get(value);
  if (hole) return hole;
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) => fromSkeleton(item, holes));
    return items.every(isLiteral)
      ? { kind: 'literal', value: items.map((item) => item.value) }
      : { kind: 'array', items };
  }
  if (!isObject(value)) return { kind: 'literal', value };
  const entries: Record<string, ConfigValue> = {};
  for (const key of Object.keys(value)) setKey(entries, key, fromSkeleton(value[key] as JsonValue, holes));
  if (!Object.values(entries).every(isLiteral)) return { kind: 'object', entries };
  const plain: Record<string, JsonValue> = {};
  for (const [key, entry] of Object.entries(entries)) setKey(plain, key, (entry as Literal).value);
  return { kind: 'literal', value: plain };
}

type Literal = Extract<ConfigValue, { kind: 'literal' }>;
const isLiteral = (value: ConfigValue): value is Literal => value.kind === 'literal';

/** The skeleton as the schema is to see it: symbolic text is text, every other hole stays one. */
export function forValidation(value: JsonValue, holes: Holes): JsonValue {
  if (![...holes.values()].some((hole) => hole.kind === 'symbolic')) return value;
  return mapJson(value, (part) => {
    const hole = holes.get(part);
    return hole?.kind === 'symbolic' ? hole.text : hole && part;
  });
}

/** Whether the root config has a say in it. */
export function isRuntime(value: ConfigValue): boolean {
  switch (value.kind) {
    case 'root':
    case 'text':
      return true;
    case 'object':
      return Object.values(value.entries).some(isRuntime);
    case 'array':
      return value.items.some(isRuntime);
    default:
      return false;
  }
}
