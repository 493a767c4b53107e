import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isObject, type JsonObject, type JsonValue, own, setKey, sortedJson } from '../../src/base/json.ts';
import type { ConfigSpace } from '../../src/ir/config.ts';
import { composeJsonConfig, rootPaths, rootSpace, toLiteral } from '../../src/language/config/compose.ts';
import { evaluateConfig } from '../../src/language/config/evaluate.ts';
import { readRootConfig } from '../../src/language/config/root-config.ts';
import { jsonValue } from '../support/random-schema.ts';

const keys = ['a', 'b', 's'] as const;
const schema: JsonObject = {
  type: 'object',
  properties: { a: true, b: true, s: { type: 'object', properties: { a: true, b: true } } },
};
const free: JsonObject = { type: 'object', properties: Object.fromEntries(keys.map((key) => [key, true])) };

/** Every declared key is there, and nothing is null: then no reference can fail. */
const scalar = fc.oneof(
  fc.constantFrom('', 'x', '${config.a}', '$5'),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.integer(), { maxLength: 2 }),
);
const full = fc.record({ a: scalar, b: scalar, s: fc.record({ a: scalar, b: scalar }) }) as fc.Arbitrary<JsonObject>;

const reference = fc
  .constantFrom('a', 'b', 's', 's.a', 's.b', '')
  .map((path) => (path === '' ? '${config}' : `\${config.${path}}`));
const text = fc.oneof(
  reference,
  fc
    .array(fc.oneof(reference, fc.constantFrom('x', '-', '$', '}', ' ')), { maxLength: 4 })
    .map((parts) => parts.join(''))
    .filter((t) => !t.includes('$${')),
);
const authored = fc.dictionary(
  fc.constantFrom(...keys),
  fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.constantFrom<JsonValue>(null, 1, true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('k', '${config.a}', '__proto__'), tie('value'), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
    ) as fc.Arbitrary<JsonValue>,
  })).value,
  { noNullPrototype: true },
);

const at = (config: JsonValue, path: string): JsonValue =>
  path === ''
    ? config
    : path.split('.').reduce<JsonValue>((value, key) => own(value as JsonObject, key) as JsonValue, config);

/** What the manual says, without any of the machinery. */
function substitute(value: JsonValue, config: JsonObject): JsonValue {
  if (typeof value === 'string') {
    const whole = /^\$\{config\.?([^}]*)\}$/.exec(value);
    if (whole) return at(config, whole[1] as string);
    return value.replace(/\$\{config\.?([^}]*)\}/g, (_, path: string) => {
      const found = at(config, path);
      return typeof found === 'string' ? found : sortedJson(found);
    });
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, config));
  if (!isObject(value)) return value;
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) setKey(out, key, substitute(value[key] as JsonValue, config));
  return out;
}

test('composed now or evaluated later, a config is what plain substitution makes of it', () => {
  fc.assert(
    fc.property(authored, full, (config, root) => {
      const expected = substitute(config, root);
      const now = composeJsonConfig({
        authored: config,
        parent: { value: { kind: 'literal', value: root }, schema },
        schema: free,
      });
      expect(now.problems).toEqual([]);
      expect(toLiteral(now.value)).toEqual(expected);
      const later = composeJsonConfig({ authored: config, parent: rootSpace(schema), schema: free });
      expect(later.problems).toEqual([]);
      expect(evaluateConfig(later.value, root)).toEqual({ value: expected, problems: [] });
    }),
    { numRuns: 500 },
  );
});

/** Layers below the first may not look into what a root reference gives, so they name top keys only. */
const flat = fc.dictionary(
  fc.constantFrom(...keys),
  fc.oneof(
    fc.constantFrom('${config.a}', '${config.b}', 'x-${config.a}', '${config.a}${config.b}', 'plain'),
    scalar.filter((v) => typeof v !== 'string'),
  ),
  { minKeys: 3, maxKeys: 3, noNullPrototype: true },
) as fc.Arbitrary<JsonObject>;

test('many layers', () => {
  fc.assert(
    fc.property(fc.array(flat, { minLength: 1, maxLength: 4 }), full, (layers, root) => {
      let expected: JsonValue = root;
      let space: ConfigSpace = rootSpace(schema);
      for (const layer of layers) {
        const composed = composeJsonConfig({ authored: layer, parent: space, schema: free });
        expect(composed.problems).toEqual([]);
        space = { value: composed.value, schema: free };
        expected = substitute(layer, expected as JsonObject);
      }
      expect(evaluateConfig(space.value, root)).toEqual({ value: expected, problems: [] });
      const needed = new Set(rootPaths(space.value).map((path) => path.split('.')[0]));
      const lean: Record<string, JsonValue> = {};
      for (const key of keys) if (needed.has(key)) lean[key] = root[key] as JsonValue;
      expect(evaluateConfig(space.value, lean)).toEqual({ value: expected, problems: [] });
    }),
    { numRuns: 500 },
  );
});

test('nothing thrown, whatever is written', () => {
  const anyText = fc
    .array(fc.constantFrom('$', '{', '}', '${', 'config', '.', 'a', 'slots', 'item', ' ', '$${'), { maxLength: 8 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(anyText, fc.boolean(), jsonValue, (a, policy, b) => {
      for (const parent of [
        rootSpace(schema),
        rootSpace(null),
        { value: { kind: 'literal', value: { a: b } }, schema } as const,
      ]) {
        const { value, problems } = composeJsonConfig({ authored: { a, b }, parent, schema: free, policy });
        if (problems.length === 0) evaluateConfig(value, {});
      }
    }),
    { numRuns: 500 },
  );
});

test('every needed leaf can be given through the environment', () => {
  fc.assert(
    fc.property(
      full,
      fc.uniqueArray(fc.constantFrom('a', 'b', 's', 's.a', 's.b'), { minLength: 1 }),
      (root, needed) => {
        const env: Record<string, string> = {};
        for (const [name, path] of [
          ['A', 'a'],
          ['B', 'b'],
          ['S__A', 's.a'],
          ['S__B', 's.b'],
        ] as const) {
          env[`HEADGATE_CONFIG_${name}`] = JSON.stringify(at(root, path));
        }
        const { config, missing, problems } = readRootConfig({ schema, needed, env });
        expect({ missing, problems }).toEqual({ missing: [], problems: [] });
        for (const path of needed) expect(at(config, path)).toEqual(at(root, path));
        expect(readRootConfig({ schema, needed, env: {}, file: root }).config).toEqual(config);
      },
    ),
  );
});
