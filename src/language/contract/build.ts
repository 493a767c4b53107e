/** Builders for the schemas of contracts and records, which use no other keywords than these: see `explain.ts`. */
import type { JsonObject, JsonValue } from '../../base/json.ts';

export type Schema = JsonObject;
type Fields = Readonly<Record<string, Schema>>;

export const text = (description: string): Schema => ({ type: 'string', description });
export const matching = (pattern: string, description: string): Schema => ({ type: 'string', pattern, description });
export const flag = (description: string): Schema => ({ type: 'boolean', description });
export const count = (description: string, minimum = 0): Schema => ({ type: 'integer', minimum, description });
export const amount = (description: string): Schema => ({ type: 'number', minimum: 0, description });
export const orNull = (schema: Schema): Schema => ({ ...schema, type: [schema['type'] as string, 'null'] });

/** The one value that it may have. */
export const always = (value: string | boolean, description: string): Schema => ({
  type: typeof value,
  const: value,
  description,
});

export const oneOf = (values: readonly string[], description: string): Schema => ({
  type: 'string',
  enum: values,
  description,
});

/** All of `fields`, any of `optional`, and nothing else. */
export const closed = (fields: Fields, description: string, optional: Fields = {}): Schema => ({
  type: 'object',
  description,
  additionalProperties: false,
  required: Object.keys(fields),
  properties: { ...fields, ...optional },
});

/** The same for each of these names. */
export const each = (names: readonly string[], schema: (name: string) => Schema): Fields =>
  Object.fromEntries(names.map((name) => [name, schema(name)]));

export const list = (items: Schema, description: string): Schema => ({ type: 'array', description, items });

/** Every one of them, each once, in any order. */
export const allOfThem = (values: readonly string[], description: string): Schema => ({
  ...list(oneOf(values, 'one of them'), description),
  uniqueItems: true,
  allOf: values.map((value) => ({ contains: { const: value } })),
});

/** Entries of which at least one has each of these values in the field. */
export const covering = (items: Schema, field: string, values: readonly JsonValue[], description: string): Schema => ({
  ...list(items, description),
  allOf: values.map((value) => ({
    contains: { type: 'object', required: [field], properties: { [field]: { const: value } } },
  })),
});
