/** Small builders for the published schema of manifests. Everything here is plain JSON, draft-07. */
import type { JsonObject, JsonValue } from '../../base/json.ts';

export type Schema = JsonObject;
export type Properties = Readonly<Record<string, Schema>>;

/** For hovers: plain, and rendered where an editor can. `example` is YAML as it stands in a manifest. */
export const doc = (text: string, example?: string): Schema => ({
  description: text,
  markdownDescription: example === undefined ? text : `${text}\n\n\`\`\`yaml\n${example.trim()}\n\`\`\``,
});

/** Beside `$ref`, draft-07 reads nothing that constrains: `notes` may only explain. */
export const ref = (name: string, notes: Schema = {}): Schema => ({ ...notes, $ref: `#/definitions/${name}` });

/** An object with these fields and no others. */
export const closed = (properties: Properties, rest: Schema = {}): Schema => ({
  type: 'object',
  ...rest,
  properties,
  additionalProperties: false,
});

/** `null` counts as absent. For schemas whose other keywords say nothing of null. */
export const orNull = (schema: Schema): Schema => {
  const type = schema['type'] as string | readonly string[];
  return { ...schema, type: [...(typeof type === 'string' ? [type] : type), 'null'] };
};

/** Entries by name. Names hold anything but dots, which divide references. */
export const named = (entry: Schema, rest: Schema = {}): Schema => ({
  type: 'object',
  ...rest,
  propertyNames: { pattern: '^[^.]*$', patternErrorMessage: 'A name holds no dot: dots divide references.' },
  additionalProperties: entry,
});

export const listOf = (items: Schema, rest: Schema = {}): Schema => ({ type: 'array', ...rest, items });

export const implies = (condition: Schema, consequence: Schema): Schema => ({
  if: condition,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: consequence,
});

/** Fields that must not be there. Editors show the message at the field. */
export const without = (fields: readonly string[], errorMessage: string): Schema => ({
  properties: Object.fromEntries(fields.map((field) => [field, false])),
  errorMessage,
});

/** For what is never null: refuses it with a message, at the value. */
export const refused = (errorMessage: string): Schema => ({ type: 'null', errorMessage });

/** A condition on objects, said as a whole: an editor shows the message, and not what each part of it lacks. */
export const objectsAre = (condition: Schema, errorMessage: string): Schema =>
  implies({ type: 'object', not: condition }, refused(errorMessage));

/** An old spelling that still counts. */
export const outdated = (pattern: string, notes: Schema): Schema =>
  implies({ type: 'string', pattern }, { ...notes, deprecated: true });

export const matching = (pattern: string, patternErrorMessage: string): Schema => ({ pattern, patternErrorMessage });

/** A value that an editor may put in, with `${1:…}` as places to fill. */
export const snippet = (label: string, body: JsonValue, description?: string): Schema => ({
  label,
  ...(description === undefined ? {} : { description }),
  body,
});
