import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { applyDefaults } from '../../../../src/language/schema/defaults.ts';

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });

describe('applyDefaults', () => {
  test('fills what is missing, and nothing else', () => {
    const schema = object({ a: { default: 1 }, b: { default: 2 }, c: { default: 3 }, d: { type: 'string' } });
    expect(applyDefaults(schema, { b: null, c: 'mine', x: 1 })).toEqual({ a: 1, b: null, c: 'mine', x: 1 });
  });
  test('the value that is given is not touched', () => {
    const value = Object.freeze({ s: Object.freeze({ a: 1 }) });
    const schema = object({ s: object({ b: { default: 2 } }) });
    expect(applyDefaults(schema, value)).toEqual({ s: { a: 1, b: 2 } });
    expect(applyDefaults(object({}), value)).toBe(value);
  });
  test('the default of an object, then those below it', () => {
    const schema = object({ s: object({ a: { default: 1 }, b: { default: 2 } }, { default: { b: 'from above' } }) });
    expect(applyDefaults(schema, {})).toEqual({ s: { a: 1, b: 'from above' } });
    expect(applyDefaults(schema, { s: {} })).toEqual({ s: { a: 1, b: 2 } });
    expect(applyDefaults(schema, { s: null })).toEqual({ s: null });
  });
  test('a default below a missing object creates it', () => {
    expect(applyDefaults(object({ s: object({ t: object({ a: { default: 1 } }) }), u: object({}) }), {})).toEqual({
      s: { t: { a: 1 } },
    });
  });
  test('own before $ref before allOf', () => {
    const $defs = { one: { default: 'ref' } };
    const branch = [{ default: 'branch' }];
    expect(applyDefaults(object({ a: { $ref: '#/$defs/one', allOf: branch, default: 'own' } }, { $defs }), {})).toEqual(
      { a: 'own' },
    );
    expect(applyDefaults(object({ a: { $ref: '#/$defs/one', allOf: branch } }, { $defs }), {})).toEqual({ a: 'ref' });
    expect(applyDefaults(object({ a: { allOf: branch } }, { $defs }), {})).toEqual({ a: 'branch' });
  });
  test('items of lists that are there', () => {
    const schema = object({ l: { type: 'array', items: object({ a: { default: 1 } }) } });
    expect(applyDefaults(schema, { l: [{}, { a: 2 }, 'x'] })).toEqual({ l: [{ a: 1 }, { a: 2 }, 'x'] });
    expect(applyDefaults(schema, {})).toEqual({});
  });
  test('the default of the root has no place', () => {
    expect(applyDefaults({ type: 'object', default: { a: 1 }, properties: { a: {} } }, {})).toEqual({});
  });
  test('opaque values are left alone', () => {
    const hole: JsonObject = {};
    const filled = applyDefaults(object({ s: object({ a: { default: 1 } }) }), { s: hole }, new Set([hole]));
    expect(filled['s']).toBe(hole);
  });
});
