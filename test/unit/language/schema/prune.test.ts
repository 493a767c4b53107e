import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { applyDefaults } from '../../../../src/language/schema/defaults.ts';
import { leaves } from '../../../../src/language/schema/leaves.ts';
import { loadMetaschema } from '../../../../src/language/schema/metaschema.ts';
import { checkSchemaProfileJson } from '../../../../src/language/schema/profile.ts';
import { pruneSchema, uncovered } from '../../../../src/language/schema/prune.ts';

await loadMetaschema();

const root: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['creds', 'name'],
  properties: {
    name: { type: 'string' },
    other: { type: 'string' },
    creds: {
      type: ['object', 'null'],
      secret: true,
      additionalProperties: false,
      required: ['key', 'id'],
      default: { key: 'k', id: 'i' },
      minProperties: 2,
      properties: { key: { $ref: '#/$defs/text' }, id: { type: 'string' } },
    },
    via: { $ref: '#/$defs/box' },
  },
  $defs: {
    text: { type: 'string', minLength: 1 },
    box: {
      type: 'object',
      required: ['a', 'b'],
      properties: { a: { $ref: '#/properties/creds/properties/key' }, b: { $ref: '#/$defs/text' } },
    },
    unused: { type: 'string' },
  },
};

describe('pruneSchema', () => {
  test('nothing needed', () => {
    expect(pruneSchema(root, [])).toBeNull();
    expect(pruneSchema(root, ['unknown'])).toBeNull();
  });
  test('all needed', () => {
    expect(pruneSchema(root, ['name', ''])).toBe(root);
  });
  test('what is said about the objects on the way stays', () => {
    expect(pruneSchema(root, ['creds.key'])).toEqual({
      type: 'object',
      additionalProperties: false,
      required: ['creds'],
      properties: {
        creds: {
          type: ['object', 'null'],
          secret: true,
          additionalProperties: false,
          required: ['key'],
          default: { key: 'k' },
          properties: { key: { $ref: '#/$defs/text' } },
        },
      },
      $defs: { text: { type: 'string', minLength: 1 } },
    });
  });
  test('a whole object stays as it is, required and all', () => {
    const pruned = pruneSchema(root, ['creds', 'creds.key']) as JsonObject;
    expect((pruned['properties'] as JsonObject)['creds']).toEqual((root['properties'] as JsonObject)['creds']);
  });
  test('references into what is gone lead to a copy', () => {
    const pruned = pruneSchema(root, ['via.a']) as JsonObject;
    expect(pruned).toEqual({
      type: 'object',
      additionalProperties: false,
      properties: { via: { allOf: [{ type: 'object', required: ['a'], properties: { a: { $ref: '#/$defs/key' } } }] } },
      $defs: { key: { $ref: '#/$defs/text' }, text: { type: 'string', minLength: 1 } },
    });
    expect(checkSchemaProfileJson(pruned)).toEqual([]);
  });
  test('two definitions of one name', () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/x' }, b: { $ref: '#/definitions/x' }, c: { $ref: '#/$defs/x' } },
      $defs: { x: { type: 'string' } },
      definitions: { x: { type: 'integer' } },
    };
    expect(pruneSchema(schema, ['a', 'b', 'c'])).toEqual({
      type: 'object',
      properties: { a: { $ref: '#/$defs/x' }, b: { $ref: '#/$defs/x_2' }, c: { $ref: '#/$defs/x' } },
      $defs: { x: { type: 'string' }, x_2: { type: 'integer' } },
    });
  });
  test('leaves keep their default, secrecy and whether they are asked for', () => {
    const pruned = pruneSchema(root, ['creds.key', 'name']) as JsonObject;
    const pick = (schema: JsonObject) =>
      leaves(schema)
        .filter(({ path }) => path === 'name' || path === 'creds.key')
        .map(({ path, required, hasDefault, secret, nullable }) => ({ path, required, hasDefault, secret, nullable }));
    expect(pick(pruned)).toEqual(pick(root));
    expect(applyDefaults(pruned, {})).toEqual({ creds: { key: 'k' } });
  });
});

test('uncovered', () => {
  expect(uncovered(['b', 'a.c', 'a', 'a.c.d', 'a_b', 'b'])).toEqual(['a', 'a_b', 'b']);
  expect(uncovered(['a', ''])).toEqual(['']);
});
