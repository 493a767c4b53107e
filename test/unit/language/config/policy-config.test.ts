/** The config of policies, composed against their scope and read from the root config before anything runs. */
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/base/json.ts';
import type { ConfigSpace, ConfigValue } from '../../../../src/ir/config.ts';
import { composeConfig, rootPaths, rootSpace } from '../../../../src/language/config/compose.ts';
import { readRootConfig } from '../../../../src/language/config/root-config.ts';
import { pruneSchema } from '../../../../src/language/schema/prune.ts';
import { objectNode } from '../../../support/nodes.ts';

const text = { type: 'string' };
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more });
const free = object({ x: true, y: true });
const literal = (value: JsonValue): ConfigValue => ({ kind: 'literal', value });

const policy = (authored: JsonObject, parent: ConfigSpace, schema: JsonObject | null = free) =>
  composeConfig({ authored: objectNode(authored), parent, schema, policy: true });
const child = (authored: JsonObject, parent: ConfigSpace, schema: JsonObject): ConfigSpace => {
  const { value, problems } = composeConfig({ authored: objectNode(authored), parent, schema });
  expect(problems).toEqual([]);
  return { value, schema };
};
const entry = (value: ConfigValue, key: string): ConfigValue | undefined =>
  value.kind === 'object'
    ? value.entries[key]
    : value.kind === 'literal'
      ? literal((value.value as JsonObject)[key] as JsonValue)
      : undefined;
const demanded = (schema: JsonObject, value: ConfigValue, env = {}) =>
  readRootConfig({ schema, needed: rootPaths(value), env }).missing;

test('case 19: at the root scope a plain reference is demanded, a symbolic one is not', () => {
  const schema = object({ k: text }, { required: ['k'] });
  const plain = policy({ x: '${config.k}' }, rootSpace(schema));
  expect(plain).toEqual({ value: { kind: 'object', entries: { x: { kind: 'root', path: 'k' } } }, problems: [] });
  expect(pruneSchema(schema, rootPaths(plain.value))).toEqual(schema);
  expect(demanded(schema, plain.value)).toEqual([{ path: 'k', env: 'HEADGATE_CONFIG_K' }]);
  const quoted = policy({ x: '$${config.k}' }, rootSpace(schema));
  expect(quoted).toEqual({
    value: { kind: 'object', entries: { x: { kind: 'symbolic', text: '${config.k}' } } },
    problems: [],
  });
  expect(pruneSchema(schema, rootPaths(quoted.value))).toBeNull();
  expect(demanded(schema, quoted.value)).toEqual([]);
});

test('case 20: at a child scope a plain reference leads to the path of the root', () => {
  const scope = child({ a: '${config.r}' }, rootSpace(object({ r: text })), object({ a: text }));
  expect(rootPaths(policy({ x: '${config.a}' }, scope).value)).toEqual(['r']);
});

test('case 21: a path covers those below it', () => {
  const creds = object({ key: text, id: text }, { required: ['key', 'id'] });
  const schema = object({ creds, other: text }, { required: ['creds', 'other'] });
  const { value } = policy({ x: '${config.creds}', y: '${config.creds.key}' }, rootSpace(schema));
  expect(rootPaths(value)).toEqual(['creds', 'creds.key']);
  expect(pruneSchema(schema, rootPaths(value))).toEqual(object({ creds }, { required: ['creds'] }));
});

test('case 22: the whole config needs the whole schema', () => {
  const schema = object({ a: text, b: text });
  const { value } = policy({ x: '${config}' }, rootSpace(schema));
  expect(pruneSchema(schema, rootPaths(value))).toBe(schema);
});

describe('case 23: symbolic references below the root', () => {
  const root = rootSpace(object({ r: true }));
  const given = (a: JsonValue): ConfigValue | undefined => {
    const { value, problems } = policy({ x: '$${config.a}' }, child({ a }, root, object({ a: true })));
    expect(problems).toEqual([]);
    return entry(value, 'x');
  };
  test('what is known is text', () => {
    expect(given('plain')).toEqual(literal('plain'));
    expect(given(5)).toEqual(literal('5'));
    expect(given({ b: [1], a: null })).toEqual(literal('{"a":null,"b":[1]}'));
    expect(given(null)).toEqual(literal('null'));
  });
  test('what is not stays a reference in the names of the scope', () => {
    expect(given('${config.r}')).toEqual({ kind: 'symbolic', text: '${config.a}' });
    expect(given('pre-${config.r}')).toEqual({ kind: 'symbolic', text: '${config.a}' });
    expect(given({ deep: '${config.r}' })).toEqual({ kind: 'symbolic', text: '${config.a}' });
  });
});

describe('case 24: faults', () => {
  const scope = rootSpace(object({ a: text, opt: text }));
  const fault = (x: JsonValue, parent: ConfigSpace = scope) =>
    policy({ y: 'fine', x }, parent).problems.map(({ kind, pointer }) => [kind, pointer]);
  test.each(['pre$${config.a}', '$${slots.x.url}', '${slots.x.url}', '${item}'])('%s: at the value', (value) => {
    expect(fault(value)).toEqual([['interpolation', ['x']]]);
    expect(fault(['ok', value])).toEqual([['interpolation', ['x', 1]]]);
  });
  test.each(['${config.a}', '$${config.a}', '$${config}'])('%s without a schema: at the value', (value) => {
    expect(fault(value, rootSpace(null))).toEqual([['no-parent-schema', ['x']]]);
  });
  test.each(['${config.nope}', '$${config.nope}', 'a ${config.nope}'])('%s: unknown, at the value', (value) => {
    expect(fault(value)).toEqual([['reference', ['x']]]);
  });
  test('known and not supplied, or below a reference: at the config key', () => {
    const schema = object({ a: text, opt: text, s: object({ a: text }) });
    const inner = child({ a: 'x', s: '${config.s}' }, rootSpace(object({ s: object({ a: text }) })), schema);
    for (const value of ['${config.opt}', '$${config.opt}', '${config.s.a}', '$${config.s.a}']) {
      expect(fault(value, inner)).toEqual([['missing', undefined]]);
    }
  });
});

test('case 25: a symbolic value is a text to the schema', () => {
  const schema = object({ n: { type: 'integer' }, t: text, l: { type: 'array', items: { type: 'integer' } } });
  expect(
    policy({ n: '$${config.a}', t: '$${config.a}', l: ['$${config.a}'] }, rootSpace(object({ a: true })), schema)
      .problems,
  ).toEqual([
    { kind: 'schema', message: '`config.l[0]`: expected integer, found string', pointer: ['l', 0] },
    { kind: 'schema', message: '`config.n`: expected integer, found string', pointer: ['n'] },
  ]);
});

test('case 26: references in the root schema', () => {
  const schema = object(
    { k: { $ref: '#/$defs/k' }, l: { $ref: '#/$defs/k' } },
    { required: ['k'], $defs: { k: { type: 'integer', secret: true } } },
  );
  const { value } = policy({ x: '${config.k}' }, rootSpace(schema));
  expect(readRootConfig({ schema, needed: rootPaths(value), env: { HEADGATE_CONFIG_K: '5' } })).toEqual({
    config: { k: 5 },
    missing: [],
    problems: [],
  });
  expect(pruneSchema(schema, ['k'])).toEqual(
    object({ k: { $ref: '#/$defs/k' } }, { required: ['k'], $defs: { k: { type: 'integer', secret: true } } }),
  );
});

test('case 27: a default on an object above is honoured', () => {
  const schema = object(
    { s: object({ a: text, b: text }, { required: ['a', 'b'], default: { a: 'one', b: 'two' } }) },
    { required: ['s'] },
  );
  const { value } = policy({ x: '${config.s.a}' }, rootSpace(schema));
  expect(readRootConfig({ schema, needed: rootPaths(value), env: {} })).toEqual({
    config: { s: { a: 'one' } },
    missing: [],
    problems: [],
  });
});

test('case 28: names swapped between scope and root', () => {
  const both = object({ a: text, b: text });
  const scope = child({ a: '${config.b}', b: '${config.a}' }, rootSpace(both), both);
  const { value } = policy({ x: '$${config.a}' }, scope);
  const answer = { x: (entry(value, 'x') as { text: string }).text };
  expect(answer).toEqual({ x: '${config.a}' });
  // The interposer is a child of the scope: the reference it was handed means the scope's `a`, which is the root's `b`.
  expect(child(answer, scope, free).value).toEqual({ kind: 'object', entries: { x: { kind: 'root', path: 'b' } } });
});

test('a policy made of several components hands symbolic values down', () => {
  const outer: ConfigSpace = {
    value: policy({ x: '$${config.k}' }, rootSpace(object({ k: text }))).value,
    schema: free,
  };
  const inner = child({ x: '${config.x}', y: '<${config.x}>' }, outer, free);
  expect(inner.value).toEqual({
    kind: 'object',
    entries: { x: { kind: 'symbolic', text: '${config.k}' }, y: literal('<${config.k}>') },
  });
});
