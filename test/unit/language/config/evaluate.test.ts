import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/base/json.ts';
import type { ConfigSpace, ConfigValue } from '../../../../src/ir/config.ts';
import { rootSpace } from '../../../../src/language/config/compose.ts';
import { amberEnvName, envName, pathOfEnvName } from '../../../../src/language/config/env-names.ts';
import { evaluateConfig } from '../../../../src/language/config/evaluate.ts';
import { eachItems, presence } from '../../../../src/language/config/presence.ts';
import { renderScalar } from '../../../../src/language/config/text.ts';

const literal = (value: JsonValue): ConfigValue => ({ kind: 'literal', value });
const root = (path: string): ConfigValue => ({ kind: 'root', path });
const space = (entries: Record<string, ConfigValue>): ConfigSpace => ({
  value: { kind: 'object', entries },
  schema: { type: 'object' },
});

describe('evaluateConfig', () => {
  test('references, texts, symbolic texts', () => {
    const value: ConfigValue = {
      kind: 'object',
      entries: {
        a: root('s.x'),
        b: { kind: 'text', parts: ['<', { root: 's.x' }, '|', { root: 's' }, '>'] },
        c: { kind: 'symbolic', text: '${config.s}' },
        d: { kind: 'array', items: [root('s.x'), literal(null)] },
        e: root(''),
      },
    };
    const config = { s: { x: 1 } };
    expect(evaluateConfig(value, config)).toEqual({
      value: { a: 1, b: '<1|{"x":1}>', c: '${config.s}', d: [1, null], e: config },
      problems: [],
    });
  });
  test('what the root lacks is left out; in a text it is a fault, and so is null', () => {
    const value: ConfigValue = {
      kind: 'object',
      entries: {
        a: root('x'),
        l: { kind: 'array', items: [root('x'), root('n')] },
        t: { kind: 'text', parts: ['-', { root: 'x' }] },
        u: { kind: 'text', parts: [{ root: 'n' }] },
      },
    };
    const { value: found, problems } = evaluateConfig(value, { n: null, secret: 'hunter2' });
    expect(found).toEqual({ l: [null] });
    expect(problems).toEqual([
      expect.stringContaining('`config.t`: `${config.x}` has no value'),
      expect.stringContaining('`config.u`: `${config.n}` is null'),
    ]);
    expect(evaluateConfig(root('x'), {})).toEqual({ value: undefined, problems: [] });
  });
  test('prototype members are not config', () => {
    expect(evaluateConfig(root('constructor'), {})).toEqual({ value: undefined, problems: [] });
  });
});

test('renderScalar', () => {
  expect([
    renderScalar('a"b'),
    renderScalar(1),
    renderScalar(false),
    renderScalar({ b: 1, a: [null] }),
    renderScalar(null),
  ]).toEqual(['a"b', '1', 'false', '{"a":[null],"b":1}', undefined]);
});

describe('presence', () => {
  const rootSchema: JsonObject = {
    type: 'object',
    required: ['must', 's'],
    properties: {
      must: { type: 'string' },
      may: { type: 'string' },
      def: { type: 'string', default: 'x' },
      def_or_null: { type: ['string', 'null'], default: 'x' },
      s: { type: 'object', required: ['x'], properties: { x: { type: 'string' }, y: { type: 'string' } } },
    },
  };
  test.each<[string, JsonValue | undefined, string]>([
    ['false', false, 'present'],
    ['zero', 0, 'present'],
    ['empty text', '', 'present'],
    ['empty list', [], 'present'],
    ['empty object', {}, 'present'],
    ['null', null, 'absent'],
    ['missing', undefined, 'absent'],
  ])('static: %s', (_, value, expected) => {
    expect(presence(space(value === undefined ? {} : { k: literal(value) }), 'k', rootSchema)).toBe(expected);
  });
  test.each<[string, string]>([
    ['must', 'present'],
    ['def', 'present'],
    ['may', 'runtime'],
    ['def_or_null', 'runtime'],
    ['s.x', 'present'],
    ['s.y', 'runtime'],
  ])('root reference: %s', (path, expected) => {
    expect(presence(rootSpace(rootSchema), path, rootSchema)).toBe(expected);
    expect(presence(space({ k: root(path) }), 'k', rootSchema)).toBe(expected);
    expect(presence(space({ k: root('') }), `k.${path}`, rootSchema)).toBe(expected);
  });
  test('below a root reference; texts; nested values', () => {
    const here = space({
      k: root('s'),
      t: { kind: 'text', parts: ['a', { root: 'may' }] },
      o: { kind: 'object', entries: { in: root('may'), no: literal(null) } },
    });
    expect(presence(here, 'k.x', rootSchema)).toBe('present');
    expect(presence(here, 'k.y', rootSchema)).toBe('runtime');
    expect(presence(here, 't', rootSchema)).toBe('present');
    expect(presence(here, 'o', rootSchema)).toBe('present');
    expect(presence(here, 'o.in', rootSchema)).toBe('runtime');
    expect(presence(here, 'o.no', rootSchema)).toBe('absent');
    expect(presence(here, 'o.none', rootSchema)).toBe('absent');
  });
});

describe('eachItems', () => {
  const here = space({
    l: literal([1, null]),
    n: literal(null),
    t: literal('x'),
    r: root('l'),
    half: { kind: 'array', items: [root('l')] },
    text: { kind: 'text', parts: [{ root: 'l' }] },
    quoted: { kind: 'array', items: [{ kind: 'symbolic', text: '${config.l}' }] },
    o: { kind: 'object', entries: { in: root('l') } },
  });
  test('known', () => {
    expect(eachItems(here, 'l')).toEqual({ kind: 'static', items: [1, null] });
    expect(eachItems(here, 'n')).toEqual({ kind: 'static', items: [] });
    expect(eachItems(here, 'none')).toEqual({ kind: 'static', items: [] });
    expect(eachItems(here, 'quoted')).toEqual({ kind: 'static', items: ['${config.l}'] });
  });
  test('decided later', () => {
    expect(eachItems(here, 'r')).toEqual({ kind: 'runtime' });
    expect(eachItems(here, 'r.x')).toEqual({ kind: 'runtime' });
    expect(eachItems(here, 'half')).toEqual({ kind: 'runtime' });
    expect(eachItems(here, 'o.in')).toEqual({ kind: 'runtime' });
  });
  test('no list', () => {
    expect(eachItems(here, 't')).toMatchObject({ kind: 'error', message: expect.stringContaining('type string') });
    expect(eachItems(here, 'text')).toMatchObject({ kind: 'error', message: expect.stringContaining('type string') });
    expect(eachItems(here, 'o')).toMatchObject({ kind: 'error', message: expect.stringContaining('type object') });
  });
});

test('names of environment variables', () => {
  expect(envName('a.b_c')).toBe('HEADGATE_CONFIG_A__B_C');
  expect(amberEnvName('a.b_c')).toBe('AMBER_CONFIG_A__B_C');
  expect(pathOfEnvName('HEADGATE_CONFIG_A__B_C')).toBe('a.b_c');
  expect(pathOfEnvName('AMBER_CONFIG_A1')).toBe('a1');
  for (const name of ['HEADGATE_CONFIG_', 'HEADGATE_CONFIG_a', 'HEADGATE_CONFIG_A____B', 'HEADGATE_CONFIG_1', 'PATH']) {
    expect(pathOfEnvName(name)).toBeUndefined();
  }
});
