import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/base/json.ts';
import { validateValue } from '../../../../src/language/schema/validate.ts';

const say = (schema: JsonObject, value: JsonValue): string[] =>
  validateValue({ type: 'object', properties: { v: schema } }, { v: value }).map(
    ({ pointer, message }) => `${pointer.slice(1).join('/')}: ${message}`,
  );

describe('validateValue', () => {
  test.each<[string, JsonObject, JsonValue, string[]]>([
    ['type', { type: 'integer' }, 'one', [': expected integer, found string']],
    ['types', { type: ['string', 'null'] }, 1.5, [': expected string or null, found number']],
    ['an integer is a number, and 1.0 an integer', { allOf: [{ type: 'number' }, { type: 'integer' }] }, 1.0, []],
    ['enum', { enum: ['a', 1] }, 'b', [': must be one of "a", 1']],
    ['const', { const: { b: 1, a: [2] } }, { a: [2], b: 1 }, []],
    ['const', { const: { b: 1 } }, {}, [': must be {"b":1}']],
    ['const null', { const: null }, 0, [': must be null']],
    ['numbers', { minimum: 2, exclusiveMaximum: 1 }, 1, [': must be at least 2', ': must be less than 1']],
    ['numbers', { maximum: 2, exclusiveMinimum: 3 }, 3, [': must be at most 2', ': must be greater than 3']],
    ['multipleOf', { multipleOf: 0.1 }, 0.3, []],
    ['multipleOf', { multipleOf: 2 }, 3, [': must be a multiple of 2']],
    ['length in characters', { minLength: 2, maxLength: 1 }, '😀', [': must have at least 2 characters']],
    ['pattern', { pattern: '^a' }, 'b', [': must match the pattern `^a`']],
    ['items', { items: { type: 'string' }, prefixItems: [true] }, [1, 2, 'x'], ['1: expected string, found integer']],
    ['list length', { minItems: 2, maxItems: 0 }, [1], [': must have at least 2 items', ': must have at most 0 items']],
    [
      'unique',
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [': must not have the same item twice'],
    ],
    [
      'contains',
      { contains: { type: 'string' }, maxContains: 1 },
      ['a', 'b'],
      [': must have at most 1 item of the kind `contains` asks for'],
    ],
    [
      'contains',
      { contains: { type: 'string' } },
      [1],
      [': must have at least 1 item of the kind `contains` asks for'],
    ],
    ['contains', { contains: { type: 'string' }, minContains: 0 }, [1], []],
    ['required', { required: ['a', 'toString'] }, { a: 1 }, [': the required key `toString` is missing']],
    [
      'unknown keys',
      { properties: { a: true }, additionalProperties: false },
      { b: 1 },
      ['b: unknown key `b`; known keys: `a`'],
    ],
    [
      'key count',
      { minProperties: 2, maxProperties: 0 },
      { b: 1 },
      [': must have at least 2 keys', ': must have at most 0 keys'],
    ],
    ['nothing allowed', { properties: { a: false } }, { a: 1 }, ['a: no value is allowed here']],
    ['unknown keywords mean nothing', { nullable: true, format: 'email', type: 'string' }, 'x', []],
    ['keywords of other types mean nothing', { minLength: 5, minimum: 5, required: ['x'] }, true, []],
  ])('%s %j', (_, schema, value, expected) => {
    expect(say(schema, value)).toEqual(expected);
  });

  test('$ref and allOf count together, and say a thing once', () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/s', allOf: [{ $ref: '#/$defs/s' }, { maxLength: 2 }] } },
      $defs: { s: { type: 'string', minLength: 5 } },
    };
    expect(validateValue(schema, { a: 'abc' }).map(({ message }) => message)).toEqual([
      'must have at least 5 characters',
      'must have at most 2 characters',
    ]);
  });
  test('no message quotes the value', () => {
    const secret = 'hunter2';
    const all = { type: 'integer', enum: [1], const: 2, pattern: '^x$', minLength: 99 };
    const schema = { type: 'object', properties: { a: all, b: { ...all, type: 'string' } } };
    const found = validateValue(schema, { a: secret, b: secret });
    expect(found.length).toBeGreaterThan(3);
    expect(JSON.stringify(found)).not.toContain(secret);
  });
  test('opaque values fit', () => {
    const hole: JsonObject = {};
    const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
    expect(validateValue(schema, { a: hole }, { opaque: new Set([hole]) })).toEqual([]);
    expect(validateValue(schema, { a: {} }, { opaque: new Set([hole]) })).toHaveLength(1);
  });
});
