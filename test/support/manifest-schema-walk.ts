/** The places of a JSON Schema. */
import { isObject, type JsonObject, type JsonValue } from '../../src/base/json.ts';

export interface Place {
  /** JSON Pointer. */
  readonly pointer: string;
  readonly schema: JsonObject;
  /** The property that it describes, where it describes one. */
  readonly property?: string;
}

const one = ['items', 'additionalProperties', 'propertyNames', 'contains', 'not', 'if', 'then', 'else'];
const many = ['allOf', 'anyOf', 'oneOf', 'items'];
const byName = ['properties', 'definitions', 'patternProperties', 'dependencies'];

const step = (text: string | number): string => `/${String(text).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Every schema in a schema; with `describing`, only those that say what stands where, without conditions on it. */
export function placesOf(root: JsonObject, describing = false): readonly Place[] {
  const found: Place[] = [];
  const visit = (schema: JsonValue | undefined, pointer: string, property?: string): void => {
    if (!isObject(schema)) return;
    found.push({ pointer, schema, ...(property === undefined ? {} : { property }) });
    for (const keyword of describing ? ['items', 'additionalProperties'] : one)
      visit(schema[keyword], pointer + step(keyword));
    for (const keyword of describing ? [] : many)
      if (Array.isArray(schema[keyword]))
        for (const [i, item] of (schema[keyword] as readonly JsonValue[]).entries())
          visit(item, pointer + step(keyword) + step(i));
    for (const keyword of byName) {
      const group = schema[keyword];
      if (!isObject(group)) continue;
      for (const name of Object.keys(group))
        visit(group[name], pointer + step(keyword) + step(name), keyword === 'properties' ? name : undefined);
    }
  };
  visit(root, '');
  return found;
}
