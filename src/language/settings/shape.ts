/** What a value of the settings may be: its published schema, and the decoder that says the same in messages, in one. */
import type { JsonObject } from '../../base/json.ts';
import type { Range } from '../../base/span.ts';
import { booleanOf, type Cursor, fieldsOf, integerOf, itemsOf, namesOf, oneOf, textOf } from '../decode/cursor.ts';
import type { SettingsContext } from './section.ts';

export interface Shape<T> {
  readonly schema: JsonObject;
  /** Undefined after it was reported why. */
  readonly read: (ctx: SettingsContext, cursor: Cursor) => T | undefined;
}

export type Shapes = Readonly<Record<string, Shape<unknown>>>;
type Of<S> = S extends Shape<infer T> ? T : never;
export type RecordOf<R extends Shapes, O extends Shapes> = { readonly [K in keyof R]: Of<R[K]> } & {
  readonly [K in keyof O]?: Of<O[K]>;
};

export interface TextRule {
  readonly pattern: RegExp;
  /** `a path`, for messages. */
  readonly what: string;
  readonly help: string;
}

export const text = (description: string, rule?: TextRule): Shape<string> => ({
  schema: { type: 'string', description, ...(rule ? { pattern: rule.pattern.source } : { minLength: 1 }) },
  read: (ctx, cursor) => {
    const found = textOf(ctx, cursor);
    if (!found) return undefined;
    const fits = rule ? rule.pattern.test(found.value) : found.value !== '';
    if (fits) return found.value;
    const message = rule ? `\`${found.value}\` is not ${rule.what}` : 'an empty text says nothing';
    return refuse(ctx, cursor, message, rule?.help);
  },
});

export const path = (description: string): Shape<string> => text(`${description}, seen from the folder of this file`);

export const integer = (description: string, min: number, max: number = Number.MAX_SAFE_INTEGER): Shape<number> => ({
  schema: { type: 'integer', minimum: min, maximum: max, description },
  read: (ctx, cursor) => integerOf(ctx, cursor, { min, max }),
});

export const flag = (description: string): Shape<boolean> => ({
  schema: { type: 'boolean', description },
  read: (ctx, cursor) => booleanOf(ctx, cursor, false),
});

export const choice = <T extends string>(description: string, allowed: readonly T[]): Shape<T> => ({
  schema: { enum: [...allowed], description },
  read: (ctx, cursor) => oneOf(ctx, cursor, allowed),
});

/** Texts by names of the author. */
export const texts = (description: string, of: Shape<string> = text('')): Shape<Readonly<Record<string, string>>> =>
  byName(description, of);

/** Values by names of the author. */
export const byName = <T>(description: string, of: Shape<T>): Shape<Readonly<Record<string, T>>> => ({
  schema: { type: 'object', description, additionalProperties: of.schema },
  read: (ctx, cursor) =>
    Object.fromEntries(
      namesOf(ctx, cursor).flatMap((entry) => {
        const value = of.read(ctx, entry);
        return value === undefined ? [] : [[entry.name, value] as const];
      }),
    ),
});

/** Two numbers: `example` shows them. */
export const pair = (
  description: string,
  what: string,
  example: string,
  [min, max]: readonly [number, number],
): Shape<readonly number[]> => ({
  schema: {
    type: 'array',
    description,
    items: { type: 'integer', minimum: min, maximum: max },
    minItems: 2,
    maxItems: 2,
  },
  read: (ctx, cursor) => {
    const { node } = cursor;
    if (node.kind !== 'array' || node.items.length !== 2)
      return refuse(ctx, cursor, `${what} is two numbers`, `write ${example}`);
    return node.items.flatMap(
      (item, index) => integerOf(ctx, { node: item, path: `${cursor.path}[${index}]` }, { min, max }) ?? [],
    );
  },
});

/** Different things. */
export const list = <T>(description: string, item: Shape<T>): Shape<readonly T[]> => {
  const any = sequence(description, item);
  return {
    schema: { ...any.schema, uniqueItems: true },
    read: (ctx, cursor) => {
      refuseRepeated(ctx, cursor);
      return any.read(ctx, cursor);
    },
  };
};

/** Things in an order, the same ones as often as one likes. */
export const sequence = <T>(description: string, item: Shape<T>, least = 0): Shape<readonly T[]> => ({
  schema: { type: 'array', description, items: item.schema, ...(least > 0 ? { minItems: least } : {}) },
  read: (ctx, cursor) => {
    const items = itemsOf(ctx, cursor);
    if (cursor.node.kind === 'array' && items.length < least)
      refuse(ctx, cursor, 'the list is empty', 'name at least one');
    return items.flatMap((one) => {
      const value = item.read(ctx, one);
      return value === undefined ? [] : [value];
    });
  },
});

function refuseRepeated(ctx: SettingsContext, { node, path: at }: Cursor): void {
  if (node.kind !== 'array') return;
  const seen = new Map<string, Range>();
  for (const [index, item] of node.items.entries()) {
    if (item.kind !== 'string') continue;
    const first = seen.get(item.value);
    if (first) {
      const message = `\`${item.value}\` is listed twice`;
      ctx.report('duplicate-field', item.range, `${at}[${index}]`, message, 'keep one of the two', undefined, {
        first,
      });
    } else seen.set(item.value, item.range);
  }
}

/** An object whose keys are fixed. */
export function record<R extends Shapes, O extends Shapes>(
  description: string,
  required: R,
  optional: O,
): Shape<RecordOf<R, O>> {
  const shapes: Shapes = { ...required, ...optional };
  const needed = Object.keys(required);
  return {
    schema: {
      type: 'object',
      description,
      properties: Object.fromEntries(Object.entries(shapes).map(([name, { schema }]) => [name, schema])),
      ...(needed.length > 0 ? { required: needed } : {}),
      additionalProperties: false,
    },
    read: (ctx, cursor) => {
      const fields = fieldsOf(ctx, cursor, { known: Object.keys(shapes), required: needed });
      if (!fields) return undefined;
      const entries = Object.entries(shapes).flatMap(([name, shape]) => {
        const field = fields.get(name);
        const value = field && shape.read(ctx, field);
        return value === undefined ? [] : [[name, value] as const];
      });
      return Object.fromEntries(entries) as RecordOf<R, O>;
    },
  };
}

/** One of several records, as one of its fields says; each of them has that field. */
export function variant<T>(description: string, field: string, shapes: Readonly<Record<string, Shape<T>>>): Shape<T> {
  const names = Object.keys(shapes);
  return {
    schema: {
      description,
      type: 'object',
      required: [field],
      oneOf: Object.values(shapes).map(({ schema }) => schema),
    },
    read: (ctx, cursor) => {
      if (cursor.node.kind !== 'object') return record(description, {}, {}).read(ctx, cursor) as undefined;
      const entry = cursor.node.entries.find(({ key }) => key === field);
      if (!entry) {
        const help = `write \`${field}\`: one of ${names.map((name) => `\`${name}\``).join(', ')}`;
        ctx.report('missing-field', cursor.node.range, cursor.path, `missing field \`${field}\``, help);
        return undefined;
      }
      const name = oneOf(ctx, { node: entry.value, path: `${cursor.path}.${field}` }, names);
      return name === undefined ? undefined : shapes[name]?.read(ctx, cursor);
    },
  };
}

/** With a rule over the whole, which is asked once its parts could be read. */
export const withRule = <T>(
  shape: Shape<T>,
  rule: (ctx: SettingsContext, value: T, cursor: Cursor) => void,
): Shape<T> => ({
  ...shape,
  read: (ctx, cursor) => {
    const value = shape.read(ctx, cursor);
    if (value !== undefined) rule(ctx, value, cursor);
    return value;
  },
});

/** Says that a value cannot be. */
export function refuse(ctx: SettingsContext, cursor: Cursor, message: string, help?: string): undefined {
  ctx.report('invalid-value', cursor.node.range, cursor.path, message, help);
  return undefined;
}

/** The field of an object, as far as it is there. */
export const fieldIn = ({ node, path: at }: Cursor, name: string): Cursor | undefined => {
  const entry = node.kind === 'object' ? node.entries.find(({ key }) => key === name) : undefined;
  return entry && { node: entry.value, path: `${at}.${name}` };
};
