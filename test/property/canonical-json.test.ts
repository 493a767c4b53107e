/** The quick writers of JSON write what one that goes key by key writes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, isObject, type JsonValue, setKey, sortedJson } from '../../src/base/json.ts';
import { compareText } from '../../src/base/order.ts';

function written(value: JsonValue, sort: (keys: string[]) => string[]): string {
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map((item) => written(item, sort)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const parts = sort(Object.keys(value)).map(
    (key) => `${JSON.stringify(key)}:${written(value[key] as JsonValue, sort)}`,
  );
  return `{${parts.join(',')}}`;
}

const key = fc.oneof(
  fc.string({ maxLength: 3 }),
  fc.constantFrom(
    '',
    '__proto__',
    'a',
    'b',
    'B',
    '1',
    '10',
    '9',
    '1a',
    '\uffff',
    '\u{1f600}',
    '\ue000',
    '\ud800',
    'a\u{1f600}',
    'toJSON',
  ),
);
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 0 }) as fc.Arbitrary<JsonValue>,
    fc.constantFrom<JsonValue>('\ud800', 1e21, 1e-7, -0),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => {
      const out: Record<string, JsonValue> = {};
      for (const [name, item] of entries) setKey(out, name, item as JsonValue);
      return out;
    }),
  ),
}));

test('whatever the keys, and in whatever order they stand', () => {
  fc.assert(
    fc.property(value, (one) => {
      const before = JSON.stringify(one);
      expect(canonicalJson(one)).toBe(written(one, (keys) => keys.sort()));
      expect(sortedJson(one)).toBe(written(one, (keys) => keys.sort(compareText)));
      expect(JSON.stringify(one)).toBe(before);
    }),
    { numRuns: 5000 },
  );
});

test('surrogates are where both orders differ', () => {
  const both = { '\uffff': 1, '\u{1f600}': 2 };
  expect(canonicalJson(both)).toBe('{"\u{1f600}":2,"\uffff":1}');
  expect(sortedJson(both)).toBe('{"\uffff":1,"\u{1f600}":2}');
});
