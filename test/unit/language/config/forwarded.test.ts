/** An object of the root config that is handed on to a component whose own schema has defaults in it. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import type { ConfigSpace } from '../../../../src/ir/config.ts';
import { knownDefault, presence } from '../../../../src/language/config/presence.ts';

const object = (properties: object, more: object = {}): JsonObject =>
  ({ type: 'object', properties, ...more }) as JsonObject;
const mode = { type: 'string', default: 'on' };
const anyOf = (schema: object): object => ({ ...schema, type: ['object', 'null'] });

const space = (schema: JsonObject): ConfigSpace => ({
  value: { kind: 'object', entries: { s: { kind: 'root', path: 's' } } },
  schema,
});
const there = (root: object, own: object): string => presence(space(object({ s: own })), 's.mode', object({ s: root }));
const known = (root: object, own: object): unknown =>
  knownDefault(space(object({ s: own })), 's.mode', object({ s: root }));

describe('presence of a leaf with a default', () => {
  const a = { type: 'string' };
  test.each<[string, object, object, string]>([
    ['the root has another key', object({ a }), object({ mode }), 'present'],
    ['the root has the key too', object({ mode: a }), object({ mode }), 'present'],
    ['the root leaves the object open', { type: 'object' }, object({ mode }), 'present'],
    ['the object is nullable in both', anyOf(object({ a })), anyOf(object({ mode })), 'runtime'],
    [
      'the object is nullable in the root alone: null does not fit, so it cannot run',
      anyOf(object({ a })),
      object({ mode }),
      'present',
    ],
    ['the object is nullable in the component alone', object({ a }), anyOf(object({ mode })), 'present'],
    [
      'the leaf is nullable in both',
      object({ mode: { type: ['string', 'null'] } }),
      object({ mode: { type: ['string', 'null'], default: 'on' } }),
      'runtime',
    ],
    [
      'the leaf is nullable in the component, and the root forbids null',
      object({ mode: a }),
      object({ mode: { type: ['string', 'null'], default: 'on' } }),
      'present',
    ],
    ['the default is null', object({ a }), object({ mode: { type: ['string', 'null'], default: null } }), 'runtime'],
    [
      'the object has a default without the leaf, which is filled',
      object({ a }),
      object({ mode }, { default: {} }),
      'present',
    ],
    ['there is no default', object({ a }), object({ mode: a }), 'runtime'],
  ])('%s', (_, root, own, expected) => {
    expect(there(root, own)).toBe(expected);
  });

  test('of a value that is handed on by itself', () => {
    const direct: ConfigSpace = {
      value: { kind: 'object', entries: { mode: { kind: 'root', path: 'mode' } } },
      schema: object({ mode }),
    };
    expect(presence(direct, 'mode', object({ mode: { type: 'string' } }))).toBe('present');
    expect(
      presence(
        { ...direct, schema: object({ mode: { type: 'string' } }) },
        'mode',
        object({ mode: { type: 'string' } }),
      ),
    ).toBe('runtime');
  });
});

describe('the value of a leaf with a default', () => {
  const a = { type: 'string' };
  test.each<[string, object, object, unknown]>([
    ['the root lists its keys, without this one', object({ a }), object({ mode }), 'on'],
    ['the root closes the object', object({}, { additionalProperties: false }), object({ mode }), 'on'],
    ['the root can say it', object({ mode: a }), object({ mode }), undefined],
    ['the root takes any key', object({ a }, { additionalProperties: true }), object({ mode }), undefined],
    ['the root leaves the object open', { type: 'object' }, object({ mode }), undefined],
    ['the object may be null', anyOf(object({ a })), anyOf(object({ mode })), undefined],
    [
      'the default of the whole object has another',
      object({ a }),
      object({ mode }, { default: { mode: 'off' } }),
      undefined,
    ],
    ['a default of the root has another', object({ a }, { default: { mode: 'off' } }), object({ mode }), undefined],
  ])('%s', (_, root, own, expected) => {
    expect(known(root, own)).toBe(expected);
  });
});
