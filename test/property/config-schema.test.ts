import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isObject, type JsonObject, type JsonValue, own } from '../../src/base/json.ts';
import { applyDefaults } from '../../src/language/schema/defaults.ts';
import { leaves } from '../../src/language/schema/leaves.ts';
import { lookup } from '../../src/language/schema/lookup.ts';
import { loadMetaschema } from '../../src/language/schema/metaschema.ts';
import { checkSchemaProfileJson } from '../../src/language/schema/profile.ts';
import { pruneSchema } from '../../src/language/schema/prune.ts';
import { isValid, validateValue } from '../../src/language/schema/validate.ts';
import { configSchema, configValue, jsonValue } from '../support/random-schema.ts';

await loadMetaschema();

const Ajv2020 = createRequire(import.meta.url)('ajv/dist/2020').default;
const ajv = new Ajv2020({ strict: false, validateFormats: false, ownProperties: true, logger: false });
const oracle = (schema: JsonObject): ((value: JsonValue) => boolean) => {
  const validate = ajv.compile(schema);
  ajv.removeSchema(schema);
  return validate;
};

test('the schemas made here are of the profile', () => {
  fc.assert(
    fc.property(configSchema, (schema) => {
      expect(checkSchemaProfileJson(schema)).toEqual([]);
    }),
  );
});

test('validateValue finds a fault exactly where a general validator does', () => {
  const seen = { valid: 0, invalid: 0 };
  fc.assert(
    fc.property(configSchema, fc.array(configValue, { minLength: 3, maxLength: 3 }), (schema, values) => {
      const deep = { type: 'object', properties: { a: { $ref: '#/$defs/d2' } }, $defs: schema['$defs'] as JsonValue };
      for (const root of [schema, deep]) {
        const judge = oracle(root);
        for (const value of [...values, ...values.map((v) => applyDefaults(root, v))]) {
          const expected = judge(value);
          seen[expected ? 'valid' : 'invalid']++;
          expect(isValid(root, value)).toBe(expected);
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(20);
});

const at = (value: JsonValue, pointer: readonly (string | number)[]): JsonValue | undefined =>
  pointer.reduce<JsonValue | undefined>(
    (v, step) => (v as Record<string | number, JsonValue> | undefined)?.[step],
    value,
  );

test('every problem points at something that is there', () => {
  fc.assert(
    fc.property(configSchema, configValue, (schema, value) => {
      for (const { pointer } of validateValue(schema, value)) expect(at(value, pointer)).not.toBeUndefined();
    }),
  );
});

/** Whether everything in `before` is in `after`, unchanged. */
function keeps(before: JsonValue, after: JsonValue | undefined): boolean {
  if (isObject(before)) {
    return isObject(after) && Object.keys(before).every((key) => keeps(before[key] as JsonValue, own(after, key)));
  }
  if (Array.isArray(before)) {
    return Array.isArray(after) && before.length === after.length && before.every((item, i) => keeps(item, after[i]));
  }
  return before === after;
}

describe('applyDefaults', () => {
  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(configSchema, configValue, (schema, value) => {
        const once = applyDefaults(schema, value);
        expect(applyDefaults(schema, once)).toEqual(once);
      }),
      { numRuns: 500 },
    );
  });
  test('what is given stays', () => {
    fc.assert(
      fc.property(configSchema, configValue, (schema, value) => keeps(value, applyDefaults(schema, value))),
      { numRuns: 500 },
    );
  });
  test('a leaf has a default exactly if something is there afterwards', () => {
    fc.assert(
      fc.property(configSchema, (schema) => {
        const filled = applyDefaults(schema, {});
        for (const { path, hasDefault } of leaves(schema)) {
          const value = path
            .split('.')
            .reduce<JsonValue | undefined>((v, k) => (isObject(v) ? own(v, k) : undefined), filled);
          expect(value !== undefined).toBe(hasDefault);
        }
      }),
    );
  });
});

const someLeaves = configSchema.chain((schema) => {
  const paths = leaves(schema).map(({ path }) => path);
  const inner = paths.flatMap((path) => path.split('.').map((_, i, all) => all.slice(0, i + 1).join('.')));
  return fc.tuple(
    fc.constant(schema),
    paths.length === 0 ? fc.constant([]) : fc.uniqueArray(fc.constantFrom(...inner), { minLength: 1, maxLength: 3 }),
  );
});
const covers = (needed: readonly string[], path: string): boolean =>
  needed.some((n) => n === path || path.startsWith(`${n}.`));

describe('pruneSchema', () => {
  test('keeps what is needed, and only that', () => {
    fc.assert(
      fc.property(someLeaves, ([schema, needed]) => {
        const pruned = pruneSchema(schema, needed);
        if (!pruned) {
          expect(needed).toEqual([]);
          return;
        }
        const facts = (root: JsonObject) =>
          leaves(root)
            .filter(({ path }) => covers(needed, path))
            .map(({ path, required, hasDefault, secret, nullable, isArray }) => ({
              path,
              required,
              hasDefault,
              secret,
              nullable,
              isArray,
            }));
        expect(checkSchemaProfileJson(pruned)).toEqual([]);
        expect(facts(pruned)).toEqual(facts(schema));
        expect(leaves(pruned).filter(({ path }) => !covers(needed, path))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
  test('kept paths mean what they meant', () => {
    fc.assert(
      fc.property(someLeaves, fc.array(jsonValue, { minLength: 5, maxLength: 5 }), ([schema, needed], values) => {
        const pruned = pruneSchema(schema, needed);
        if (!pruned) return;
        for (const path of needed) {
          for (const value of values) {
            const before = validateValue(schema, value, { at: lookup(schema, path) as JsonValue });
            const after = validateValue(pruned, value, { at: lookup(pruned, path) as JsonValue });
            expect(after).toEqual(before);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
