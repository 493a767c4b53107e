import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { isAlwaysPresent, leaves } from '../../../../src/language/schema/leaves.ts';
import { lookup } from '../../../../src/language/schema/lookup.ts';

const schema: JsonObject = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    creds: { $ref: '#/$defs/creds' },
    list: { type: 'array', items: { type: 'object', properties: { in_list: { type: 'string' } } } },
    open: { type: 'object', additionalProperties: true },
    mixed: {
      type: 'object',
      properties: { own: { type: 'string' }, both: { type: 'integer' } },
      allOf: [{ type: 'object', properties: { branch: { type: 'string' }, both: { minimum: 3 } } }],
    },
  },
  $defs: { creds: { type: 'object', properties: { key: { type: 'string' } } } },
};

describe('lookup', () => {
  test('through properties, $ref and allOf', () => {
    expect(lookup(schema, 'name')).toEqual({ type: 'string' });
    expect(lookup(schema, 'creds.key')).toEqual({ type: 'string' });
    expect(lookup(schema, 'mixed.own')).toEqual({ type: 'string' });
    expect(lookup(schema, 'mixed.branch')).toEqual({ type: 'string' });
    expect(lookup(schema, '')).toBe(schema);
  });
  test('several declarations count all at once', () => {
    expect(lookup(schema, 'mixed.both')).toEqual({ allOf: [{ type: 'integer' }, { minimum: 3 }] });
  });
  test.each([
    'nope',
    'name.x',
    'list.in_list',
    'list.0',
    'open.any',
    'creds.',
    '.creds',
    'creds..key',
    'constructor',
    '__proto__',
  ])('nothing at %j', (path) => {
    expect(lookup(schema, path)).toBeUndefined();
  });
  test('ends on a circle', () => {
    const circle: JsonObject = {
      type: 'object',
      allOf: [{ $ref: '#' }],
      properties: { a: { $ref: '#/properties/b' }, b: { $ref: '#/properties/a' } },
    };
    expect(lookup(circle, 'a.a')).toBeUndefined();
    expect(lookup(circle, 'a')).toBeDefined();
    expect(leaves(circle)).toEqual([]);
  });
});

const flags = (root: JsonObject): Record<string, string> =>
  Object.fromEntries(
    leaves(root).map((leaf) => [
      leaf.path,
      (['required', 'hasDefault', 'runtimeRequired', 'secret', 'nullable', 'isArray'] as const)
        .filter((flag) => leaf[flag])
        .join(' '),
    ]),
  );

describe('leaves', () => {
  test('sorted by path; arrays and objects without declared keys are leaves', () => {
    expect(leaves(schema).map(({ path }) => path)).toEqual([
      'creds.key',
      'list',
      'mixed.both',
      'mixed.branch',
      'mixed.own',
      'name',
      'open',
    ]);
  });
  test('the pointer is that of the declaration', () => {
    expect(leaves(schema)[0]?.pointer).toEqual(['$defs', 'creds', 'properties', 'key']);
    expect(leaves(schema)[3]?.pointer).toEqual(['properties', 'mixed', 'allOf', 0, 'properties', 'branch']);
  });
  test('required: every object on the way lists it', () => {
    const s = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    expect(flags({ type: 'object', required: ['must'], properties: { must: s, may: s } })).toEqual({
      'may.a': '',
      'must.a': 'required runtimeRequired',
    });
  });
  test('required by a branch of an allOf', () => {
    expect(
      flags({ type: 'object', properties: { a: { type: 'string' } }, allOf: [{ type: 'object', required: ['a'] }] }),
    ).toEqual({
      a: 'required runtimeRequired',
    });
  });
  test('defaults: its own, or that of an object above', () => {
    expect(
      flags({
        type: 'object',
        required: ['own', 'above'],
        properties: {
          own: { type: 'string', default: '' },
          above: {
            type: 'object',
            default: { covered: 1 },
            properties: { covered: { type: 'integer' }, bare: { type: 'integer' } },
            required: ['covered', 'bare'],
          },
        },
      }),
    ).toEqual({
      own: 'required hasDefault',
      'above.covered': 'required hasDefault',
      'above.bare': 'required runtimeRequired',
    });
  });
  test('a default inside an optional object creates it, and then its required keys are asked for', () => {
    expect(
      flags({
        type: 'object',
        properties: {
          s: {
            type: 'object',
            required: ['b'],
            properties: { a: { type: 'integer', default: 1 }, b: { type: 'integer' } },
          },
        },
      }),
    ).toEqual({ 's.a': 'hasDefault', 's.b': 'runtimeRequired' });
  });
  test('a default of null above asks for nothing below', () => {
    expect(
      flags({
        type: 'object',
        required: ['s'],
        properties: {
          s: { type: ['object', 'null'], default: null, required: ['a'], properties: { a: { type: 'string' } } },
        },
      }),
    ).toEqual({ 's.a': 'required' });
  });
  test('secret: itself, above, behind a reference, in a branch', () => {
    expect(
      flags({
        type: 'object',
        properties: {
          a: { type: 'string', secret: true },
          b: { type: 'object', secret: true, properties: { c: { type: 'string' } } },
          d: { $ref: '#/$defs/k', type: 'string' },
          e: { type: 'string', allOf: [{ secret: true }] },
          f: { type: 'string', secret: false },
        },
        $defs: { k: { secret: true } },
      }),
    ).toEqual({ a: 'secret', 'b.c': 'secret', d: 'secret', e: 'secret', f: '' });
  });
  test('nullable and array', () => {
    expect(
      flags({
        type: 'object',
        properties: {
          any: true,
          no: { type: 'string' },
          either: { type: ['string', 'null'] },
          listed: { enum: ['a', null] },
          not_listed: { type: ['string', 'null'], enum: ['a'] },
          many: { type: ['array', 'null'] },
        },
      }),
    ).toEqual({
      any: 'nullable',
      no: '',
      either: 'nullable',
      listed: 'nullable',
      not_listed: '',
      many: 'nullable isArray',
    });
  });
});

describe('isAlwaysPresent', () => {
  const root: JsonObject = {
    type: 'object',
    required: ['must', 'maybe_null', 'obj', 'obj_or_null'],
    properties: {
      must: { type: 'string' },
      may: { type: 'string' },
      with_default: { type: 'string', default: '' },
      null_default: { type: ['string', 'null'], default: 'x' },
      maybe_null: { type: ['string', 'null'] },
      obj: { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: { type: 'string' } } },
      obj_or_null: { type: ['object', 'null'], required: ['a'], properties: { a: { type: 'string' } } },
      made: { type: 'object', properties: { a: { type: 'string', default: 'x' }, b: { type: 'string' } } },
    },
  };
  test.each<[string, boolean]>([
    ['must', true],
    ['may', false],
    ['with_default', true],
    ['null_default', false],
    ['maybe_null', false],
    ['obj', true],
    ['obj.a', true],
    ['obj.b', false],
    ['obj_or_null.a', false],
    ['made', true],
    ['made.a', true],
    ['made.b', false],
    ['unknown', false],
  ])('%s: %s', (path, expected) => {
    expect(isAlwaysPresent(root, path)).toBe(expected);
  });
});
