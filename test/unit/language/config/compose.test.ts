import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/base/json.ts';
import type { ConfigSpace, ConfigValue } from '../../../../src/ir/config.ts';
import {
  composeConfig,
  isStatic,
  lookupValue,
  rootPaths,
  rootSpace,
  toLiteral,
} from '../../../../src/language/config/compose.ts';
import { objectNode } from '../../../support/nodes.ts';

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });
const literal = (value: JsonValue): ConfigValue => ({ kind: 'literal', value });
const anything = object({ a: true, b: true, c: true, s: object({ a: true }), list: true, gone: true });
const root = rootSpace(anything);
const fixed = (value: JsonObject): ConfigSpace => ({ value: literal(value), schema: anything });

const compose = (authored: JsonObject | undefined, parent: ConfigSpace = root, schema: JsonObject | null = anything) =>
  composeConfig({ authored: authored && objectNode(authored), parent, schema });
const clean = (authored: JsonObject, parent: ConfigSpace = root): ConfigValue => {
  const { value, problems } = compose(authored, parent);
  expect(problems).toEqual([]);
  return value;
};
const faults = (
  authored: JsonObject | undefined,
  parent: ConfigSpace = root,
  schema: JsonObject | null = anything,
): string[] =>
  compose(authored, parent, schema).problems.map(
    ({ kind, pointer, message }) => `${kind} ${pointer?.join('/') ?? '-'} ${message}`,
  );

describe('root', () => {
  test('with a schema everything is decided by the root config; without one it is empty', () => {
    expect(root.value).toEqual({ kind: 'root', path: '' });
    expect(rootSpace(null)).toEqual({ value: literal({}), schema: null });
  });
});

describe('texts', () => {
  test('a whole reference keeps its type', () => {
    expect(clean({ a: '${config.b}' }, fixed({ b: [1, { x: null }] }))).toEqual(literal({ a: [1, { x: null }] }));
    expect(clean({ a: '${config.b}' })).toEqual({ kind: 'object', entries: { a: { kind: 'root', path: 'b' } } });
    expect(clean({ a: '${config}' })).toEqual({ kind: 'object', entries: { a: { kind: 'root', path: '' } } });
    expect(clean({ a: '${config.}' }, fixed({ b: 1 }))).toEqual(literal({ a: { b: 1 } }));
  });
  test('a mix is text', () => {
    const parent = fixed({ a: 1.5, b: true, c: { z: 1, y: ['x'] }, list: 'l' });
    expect(clean({ a: '-${config.a}${config.b}-${config.c}-${config.list}' }, parent)).toEqual(
      literal({ a: '-1.5true-{"y":["x"],"z":1}-l' }),
    );
    expect(clean({ a: 'x-${config.a}-${config.b}' })).toEqual({
      kind: 'object',
      entries: { a: { kind: 'text', parts: ['x-', { root: 'a' }, '-', { root: 'b' }] } },
    });
  });
  test('objects and lists element by element; keys and other values as they are', () => {
    expect(clean({ c: { '${config.a}': ['${config.a}', null, 1, false] } }, fixed({ a: 'x' }))).toEqual(
      literal({ c: { '${config.a}': ['x', null, 1, false] } }),
    );
  });
  test('dollars that open no reference', () => {
    expect(clean({ a: '$5 $$ $X }' })).toEqual(literal({ a: '$5 $$ $X }' }));
  });
  test('layers: literal parts are filled in, root references stay', () => {
    const middle: ConfigSpace = {
      value: clean({ a: 'm-${config.b}', b: '${config.c}', c: 'fixed' }),
      schema: anything,
    };
    expect(clean({ a: '${config.a}!', b: '${config.b}', c: '${config.c}', list: 'k-${config.b}' }, middle)).toEqual({
      kind: 'object',
      entries: {
        a: { kind: 'text', parts: ['m-', { root: 'b' }, '!'] },
        b: { kind: 'root', path: 'c' },
        c: literal('fixed'),
        list: { kind: 'text', parts: ['k-', { root: 'c' }] },
      },
    });
  });
  test.each([
    ['${slots.api.url}', 'slots'],
    ['x ${item}', 'item'],
    ['${nope.x}', 'nope.x'],
    ['${}', '${}'],
    ['${ config.a}', ' config.a'],
    ['${config.a', 'closing'],
    ['$${slots.x}', 'slots'],
    ['pre$${config.a}', 'whole text'],
    ['$${config.a}post', 'whole text'],
    ['$${config.a}${config.a}', 'whole text'],
    ['$${config.a', 'whole text'],
  ])('%s is refused where it stands', (text, words) => {
    const [only, ...more] = faults({ c: ['ok', text] });
    expect(more).toEqual([]);
    expect(only).toMatch(/^interpolation c\/1 /);
    expect(only).toContain(words);
  });
  test('a path that the parent does not declare', () => {
    expect(faults({ a: '${config.nope}' })).toEqual([
      expect.stringMatching(/^reference a .*`\$\{config\.nope\}` is not declared/),
    ]);
    expect(faults({ a: 'x-${config.s.b}' })).toEqual([expect.stringMatching(/^reference a /)]);
  });
  test('a parent without schema', () => {
    expect(faults({ a: '${config.a}', b: 'x${config}' }, rootSpace(null)).map((line) => line.split(' ', 2))).toEqual([
      ['no-parent-schema', 'a'],
      ['no-parent-schema', 'b'],
    ]);
  });
  test('an optional key that was not given, and what lies below a root reference', () => {
    expect(faults({ a: '${config.gone}' }, fixed({}))).toEqual([
      expect.stringMatching(/^missing - `config\.a`: .*optional/),
    ]);
    const below: ConfigSpace = {
      value: { kind: 'object', entries: { s: { kind: 'root', path: 's' } } },
      schema: anything,
    };
    expect(faults({ a: '${config.s.a}' }, below)).toEqual([
      expect.stringMatching(/^missing - `config\.a`: .*looks into `config\.s`/),
    ]);
  });
  test('null and half-known objects have no text', () => {
    expect(faults({ a: 'x${config.b}' }, fixed({ b: null }))).toEqual([
      expect.stringMatching(/^interpolation a .*null/),
    ]);
    const half: ConfigSpace = {
      value: { kind: 'object', entries: { s: { kind: 'object', entries: { a: { kind: 'root', path: 'a' } } } } },
      schema: anything,
    };
    expect(faults({ a: 'x${config.s}' }, half)).toEqual([expect.stringMatching(/^interpolation a .*partly/)]);
    expect(compose({ a: '${config.s}' }, half).problems).toEqual([]);
  });
  test('every fault is reported, and nothing that only follows from one', () => {
    const schema = object({ a: { type: 'integer' }, b: { type: 'string' } }, { required: ['a', 'b'] });
    expect(faults({ a: '${slots.x}', b: '${config.nope}' }, root, schema).map((line) => line.split(' ')[0])).toEqual([
      'interpolation',
      'reference',
    ]);
  });
});

describe('quoted references and markers', () => {
  test('`$${config.p}` is the text of a reference', () => {
    expect(clean({ a: '$${config.b}', b: '$${config}' })).toEqual(literal({ a: '${config.b}', b: '${config}' }));
    expect(clean({ a: '$${config.gone}' }, fixed({}))).toEqual(literal({ a: '${config.gone}' }));
    expect(faults({ a: '$${config.nope}' })).toEqual([expect.stringMatching(/^reference a /)]);
  });
  test('marker objects are data', () => {
    expect(clean({ a: { $symbolic_config: 'nope' }, b: { $symbolic_string: '${config.b}' } }, fixed({ b: 1 }))).toEqual(
      literal({ a: { $symbolic_config: 'nope' }, b: { $symbolic_string: 1 } }),
    );
  });
});

describe('the schema of the child', () => {
  const child = object({ a: { type: 'string' }, n: { type: 'integer', minimum: 1, default: 7 } }, { required: ['a'] });
  test('none, and config given', () => {
    expect(faults({}, root, null)).toEqual([expect.stringMatching(/^no-schema - /)]);
    expect(compose(undefined, root, null)).toEqual({ value: literal({}), problems: [] });
  });
  test('defaults are filled in, also beside what is decided later', () => {
    expect(compose({ a: 'x' }, root, child).value).toEqual(literal({ a: 'x', n: 7 }));
    expect(compose({ a: '${config.a}' }, root, child).value).toEqual({
      kind: 'object',
      entries: { a: { kind: 'root', path: 'a' }, n: literal(7) },
    });
    expect(compose({ a: 'x', n: '${config.b}' }, root, child).value).toMatchObject({
      entries: { n: { kind: 'root' } },
    });
  });
  test('missing keys, all of them, before and without `config`', () => {
    const two = object({ a: true, s: object({ x: true }, { required: ['x'] }) }, { required: ['a', 's'] });
    expect(faults(undefined, root, two)).toEqual([
      'missing - `config.a` is required and not given',
      'missing - `config.s` is required and not given',
    ]);
    expect(faults({ a: null, s: {} }, root, two)).toEqual(['missing s `config.s.x` is required and not given']);
  });
  test('a default that creates an optional object makes its required keys required', () => {
    const schema = object({ s: object({ x: { default: 1 }, y: true }, { required: ['y'] }) });
    expect(faults({}, root, schema)).toEqual(['missing - `config.s.y` is required and not given']);
  });
  test('values: each fault at its place', () => {
    expect(faults({ b: 1, n: 0 }, root, { ...child, additionalProperties: false })).toEqual([
      'missing - `config.a` is required and not given',
      'schema n `config.n`: must be at least 1',
      'schema b `config.b`: unknown key `b`; known keys: `a`, `n`',
    ]);
  });
  test('a bad default surfaces here', () => {
    expect(faults({}, root, object({ a: { type: 'string', default: 5 } }))).toEqual([
      'schema - `config.a`: expected string, found integer',
    ]);
  });
  test('what is known is checked beside what is not', () => {
    const schema = object({
      s: object({ x: { type: 'integer' }, y: { type: 'integer' } }, { required: ['x', 'y'] }),
      l: { type: 'array', items: { type: 'integer' } },
    });
    expect(faults({ s: { x: 'one', y: '${config.a}' }, l: ['one', '${config.a}'] }, root, schema)).toEqual([
      'schema s/x `config.s.x`: expected integer, found string',
    ]);
  });
  test('text for an integer from the root is left to the run', () => {
    expect(compose({ a: 'x', n: '${config.a}' }, root, child).problems).toEqual([]);
  });
});

describe('helpers', () => {
  const value = clean({ a: ['${config.a}', '${config.b}'], b: 'x${config.s.a}${config.b}', c: 1 });
  test('rootPaths', () => {
    expect(rootPaths(value)).toEqual(['a', 'b', 's.a']);
    expect(rootPaths({ kind: 'symbolic', text: '${config.a}' })).toEqual([]);
  });
  test('isStatic and toLiteral', () => {
    expect(isStatic(value)).toBe(false);
    expect(toLiteral(value)).toBeUndefined();
    const quoted: ConfigValue = {
      kind: 'object',
      entries: { a: { kind: 'array', items: [{ kind: 'symbolic', text: '${config.a}' }, literal(1)] } },
    };
    expect(isStatic(quoted)).toBe(true);
    expect(toLiteral(quoted)).toEqual({ a: ['${config.a}', 1] });
  });
  test('lookupValue', () => {
    expect(lookupValue(root, 's.a')).toEqual({ ok: true, value: { kind: 'root', path: 's.a' } });
    expect(lookupValue(fixed({ s: { a: 1 } }), 's.a')).toEqual({ ok: true, value: literal(1) });
    expect(lookupValue(fixed({ s: 5 }), 's.a')).toMatchObject({ ok: false, reason: 'unavailable' });
    expect(lookupValue(root, 'constructor')).toMatchObject({ ok: false, reason: 'unknown' });
    expect(lookupValue(rootSpace(null), '')).toMatchObject({ ok: false, reason: 'no-schema' });
  });
  test('a key called __proto__ is a key', () => {
    const authored = JSON.parse('{"c":{"__proto__":"${config.a}"}}') as JsonObject;
    expect(JSON.stringify(clean(authored, fixed({ a: 1 })))).toBe('{"kind":"literal","value":{"c":{"__proto__":1}}}');
  });
});
