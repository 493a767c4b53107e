import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { readRootConfig } from '../../../../src/language/config/root-config.ts';

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });
const read = (schema: JsonObject, env: Record<string, string | undefined>, file?: JsonObject, needed = ['']) =>
  readRootConfig({ schema, needed, env, ...(file ? { file } : {}) });

describe('where a value comes from', () => {
  const schema = object({ a: { type: 'string', default: 'default' } });
  test.each<[string, Record<string, string>, JsonObject | undefined, string]>([
    ['the default', {}, undefined, 'default'],
    ['the file', {}, { a: 'file' }, 'file'],
    ['the other spelling', { AMBER_CONFIG_A: 'amber' }, { a: 'file' }, 'amber'],
    ['the environment', { AMBER_CONFIG_A: 'amber', HEADGATE_CONFIG_A: 'own' }, { a: 'file' }, 'own'],
    ['empty is not set', { HEADGATE_CONFIG_A: '', AMBER_CONFIG_A: 'amber' }, { a: 'file' }, 'amber'],
    ['empty is not set', { HEADGATE_CONFIG_A: '', AMBER_CONFIG_A: '' }, { a: 'file' }, 'file'],
    ['an empty text in the file is one', {}, { a: '' }, ''],
  ])('%s', (_, env, file, a) => {
    expect(read(schema, env, file)).toEqual({ config: { a }, missing: [], problems: [] });
  });
  test('an environment value inside an object of the file', () => {
    const nested = object({ s: object({ a: { type: 'integer' }, b: { type: 'integer' } }) });
    expect(read(nested, { HEADGATE_CONFIG_S__A: '1' }, { s: { a: 5, b: 2 } }).config).toEqual({ s: { a: 1, b: 2 } });
    expect(read(nested, { HEADGATE_CONFIG_S__A: '1' }).config).toEqual({ s: { a: 1 } });
  });
});

describe('text to value', () => {
  const value = (schema: JsonObject, text: string) => {
    const { config, problems } = read(object({ v: schema }), { HEADGATE_CONFIG_V: text });
    return { value: config['v'], problems: problems.map(({ message }) => message) };
  };
  test.each<[JsonObject, string, unknown]>([
    [{ type: 'integer' }, '5', 5],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'string' }, '5', '5'],
    [{ type: 'string' }, 'true', 'true'],
    [{ type: 'string' }, '"quoted"', 'quoted'],
    [{ type: 'string' }, '{not json', '{not json'],
    [{ type: ['string', 'integer'] }, '5', 5],
    [{ type: 'string', enum: ['1', 'x'] }, '1', '1'],
    [{ type: 'array', items: { type: 'string' } }, '["a"]', ['a']],
    [{ type: 'object' }, '{"a":1}', { a: 1 }],
    [{}, '5', 5],
    [{ type: 'null' }, 'null', null],
    [{ type: 'string' }, '12345678901234567890', '12345678901234567890'],
    [{}, '12345678901234567890', '12345678901234567890'],
  ])('%j %s', (schema, text, expected) => {
    expect(value(schema, text)).toEqual({ value: expected, problems: [] });
  });
  test('what fits neither way is a problem', () => {
    expect(value({ type: 'integer' }, 'one').problems).toEqual(['expected integer, found string']);
    expect(value({ type: 'array', items: { type: 'integer' } }, '["x"]').problems).toEqual([
      'item 0: expected integer, found string',
    ]);
    expect(value({ type: 'string', pattern: '^a' }, '5').problems).toEqual(['must match the pattern `^a`']);
    expect(value({ type: 'integer' }, '12345678901234567890').problems).toEqual([
      expect.stringContaining('more digits'),
    ]);
  });
});

describe('what is missing', () => {
  const schema = object(
    {
      a: { type: 'string' },
      opt: { type: 'string' },
      s: object(
        {
          b: { type: 'string' },
          c: { type: 'string', default: 'd' },
          t: object({ u: { type: 'string' } }, { required: ['u'] }),
        },
        { required: ['b', 't'] },
      ),
      maybe: object({ x: { type: 'string' } }, { required: ['x'] }),
    },
    { required: ['a', 's'] },
  );
  test('required leaves, by path and variable', () => {
    expect(read(schema, {})).toEqual({
      config: { s: { c: 'd', t: {} } },
      missing: [
        { path: 'a', env: 'HEADGATE_CONFIG_A' },
        { path: 's.b', env: 'HEADGATE_CONFIG_S__B' },
        { path: 's.t.u', env: 'HEADGATE_CONFIG_S__T__U' },
      ],
      problems: [],
    });
  });
  test('only below what is needed', () => {
    expect(read(schema, {}, undefined, ['s.t', 'opt']).missing).toEqual([
      { path: 's.t.u', env: 'HEADGATE_CONFIG_S__T__U' },
    ]);
    expect(read(schema, {}, undefined, ['s.c'])).toEqual({ config: { s: { c: 'd' } }, missing: [], problems: [] });
    expect(read(schema, { HEADGATE_CONFIG_A: 'x' }, { opt: 'y', s: { b: 'z' } }, [])).toEqual({
      config: {},
      missing: [],
      problems: [],
    });
  });
  test('nothing else is read', () => {
    expect(
      read(schema, { HEADGATE_CONFIG_A: 'x', HEADGATE_CONFIG_OPT: 'o' }, { s: { b: 'z', c: 'q' } }, ['opt', 's.c'])
        .config,
    ).toEqual({
      opt: 'o',
      s: { c: 'q' },
    });
  });
  test('an optional object that is begun must be finished', () => {
    expect(
      read(object({ m: object({ x: true, y: true }, { required: ['x'] }) }), { HEADGATE_CONFIG_M__Y: '1' }).missing,
    ).toEqual([{ path: 'm.x', env: 'HEADGATE_CONFIG_M__X' }]);
  });
  test('a required object whose keys are all optional is empty, not missing', () => {
    expect(read(object({ s: object({ a: true }) }, { required: ['s'] }), {})).toEqual({
      config: { s: {} },
      missing: [],
      problems: [],
    });
  });
  test('required and never declared', () => {
    expect(read(object({}, { required: ['ghost'] }), {}).problems).toEqual([
      { path: 'ghost', message: expect.stringContaining('does not declare') },
    ]);
  });
  test('what a leaf lacks is a fault of its value', () => {
    const leaf = { type: 'object', required: ['inner'] };
    expect(read(object({ leaf }), { HEADGATE_CONFIG_LEAF: '{}' })).toMatchObject({
      missing: [],
      problems: [{ path: 'leaf', message: 'the required key `inner` is missing' }],
    });
    expect(read(object({ l: { type: 'array', items: leaf } }), {}, { l: [{}] })).toMatchObject({
      missing: [],
      problems: [{ path: 'l' }],
    });
  });
});

describe('the file', () => {
  const schema = object({
    a: { type: 'string' },
    s: object({ b: { type: 'string' } }),
    open: object({ c: true }, { additionalProperties: true }),
    leaf: { type: 'object' },
  });
  test('unknown keys, wherever they are, also where nothing is needed', () => {
    const file = { a: 'x', x: 1, s: { y: 2 }, open: { z: 3 }, leaf: { w: 4 } };
    for (const needed of [[''], []]) {
      expect(read(schema, {}, file, needed).problems).toEqual([
        { path: 's.y', message: expect.stringContaining('`b`') },
        { path: 'x', message: expect.stringContaining('is not declared') },
      ]);
    }
  });
  test('open objects keep their keys', () => {
    expect(read(schema, {}, { open: { z: 3 } }, ['open']).config).toEqual({ open: { z: 3 } });
  });
  test('values of the wrong type, null for an object', () => {
    expect(read(schema, {}, { a: 5, s: null }).problems).toEqual([
      { path: 'a', message: 'expected string, found integer' },
      { path: 's', message: 'expected object, found null' },
    ]);
  });
});

test('secret values stay out of every message', () => {
  const secret = { type: 'integer', secret: true, enum: [1], pattern: 'x' };
  const schema = object({ a: secret, b: { ...secret, type: 'string' }, c: object({ d: secret }, { secret: true }) });
  const result = read(
    schema,
    { HEADGATE_CONFIG_A: 'hunter2', HEADGATE_CONFIG_B: 'hunter2' },
    { c: { d: 'hunter2' }, e: 'hunter2' },
  );
  expect(result.problems.length).toBeGreaterThanOrEqual(4);
  expect(JSON.stringify([result.problems, result.missing])).not.toContain('hunter2');
});
