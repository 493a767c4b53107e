/**
 * Small builders for the schemas of questions and answers: one source for the types, for schemas/policy-*.json, and for the tables of
 * docs/policies/protocol.md. A schema with a `title` is a definition of its own there.
 */
import { type Static, type TObject, type TProperties, type TSchema, type TUnsafe, Type } from '@sinclair/typebox';
import { controls } from '../base/control.ts';
import type { JsonObject, JsonValue } from '../base/json.ts';

export type Text = ReturnType<typeof Type.String>;
export const text: (description: string) => Text = (description) => Type.String({ description });
export const nullable = <T extends TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });
export const optional = Type.Optional;
export const list = <T extends TSchema>(items: T, description?: string): TUnsafe<readonly Static<T>[]> =>
  Type.Unsafe(Type.Array(items, description === undefined ? {} : { description }));
export const literals = <T extends string>(values: readonly T[], description: string): TUnsafe<T> =>
  Type.Unsafe({ type: 'string', enum: [...values], description });
export const anything = (description: string): TUnsafe<JsonValue> => Type.Unsafe({ description });
export const object = (description: string): TUnsafe<JsonObject> => Type.Unsafe({ type: 'object', description });
export const objectOrNull = (description: string): TUnsafe<JsonObject | null> =>
  Type.Unsafe({ type: ['object', 'null'], description });
export const number = (description: string, maximum: number = Number.MAX_SAFE_INTEGER) =>
  Type.Integer({ minimum: 0, maximum, description });

/** Names are parts of references, which split at the dot; they and what is shown like them hold no control character. */
const namePattern = `^[^.${controls}]*$`;
const shownPattern = `^[^${controls}]*$`;
export const name = (description: string): Text => Type.String({ pattern: namePattern, description });
export const shownText = (description: string): Text => Type.String({ pattern: shownPattern, description });
export const shownOrNull = (description: string): TUnsafe<string | null> =>
  Type.Unsafe({ type: ['string', 'null'], pattern: shownPattern, description });
export const byName = <T extends TSchema>(
  entry: T,
  description: string,
): TUnsafe<Readonly<Record<string, Static<T>>>> =>
  Type.Unsafe({ type: 'object', propertyNames: { pattern: namePattern }, additionalProperties: entry, description });
export const byShown = <T extends TSchema>(
  entry: T,
  description: string,
): TUnsafe<Readonly<Record<string, Static<T>>>> =>
  Type.Unsafe({ type: 'object', propertyNames: { pattern: shownPattern }, additionalProperties: entry, description });
export const map = <T extends TSchema>(entry: T, description: string): TUnsafe<Readonly<Record<string, Static<T>>>> =>
  Type.Unsafe({ type: 'object', additionalProperties: entry, description });

export interface More {
  readonly [keyword: string]: unknown;
}

/** Of a question: whoever reads one passes over fields that it does not know. */
export const shown = <T extends TProperties>(title: string, description: string, fields: T): TObject<T> =>
  Type.Object(fields, { title, description });
/** Of an answer: no further field may stand there. */
export const strict = <T extends TProperties>(
  title: string,
  description: string,
  fields: T,
  more: More = {},
): TObject<T> => Type.Object(fields, { title, description, additionalProperties: false, ...more });

export const kinds = ['mcp', 'llm', 'http', 'component', 'docker', 'a2a', 'storage', 'kvm'] as const;
export const Kind = literals(kinds, 'what travels');
export const protocols = ['http', 'https', 'tcp'] as const;

export const textOrNull = (description: string): TUnsafe<string | null> =>
  Type.Unsafe({ type: ['string', 'null'], description });

export const when = 'the condition under which it is there, such as `config.debug`';
export const each = 'what it is repeated for, such as `slots.peers`';
export const join = 'what stands between repetitions';
export const mountPath = 'absolute, without `..`';

const tagged = (kind: string, field: string, description: string): TSchema =>
  Type.Object({ kind: Type.Literal(kind), [field]: text(description) });

export const When: TUnsafe<JsonObject> = Type.Unsafe({
  title: 'When',
  description: 'The condition under which a file is there.',
  anyOf: [tagged('config', 'path', 'path of a config value'), tagged('slot', 'query', 'a slot')],
});
export const Each: TUnsafe<JsonObject> = Type.Unsafe({
  title: 'Each',
  description: 'What a file is repeated for.',
  anyOf: [tagged('config', 'path', 'path of a config value'), tagged('slot', 'slot', 'a slot')],
});
