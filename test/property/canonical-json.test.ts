/** The quick writers of JSON write what those that go key by key write. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type JsonValue, setKey, sortedJson } from '../../src/base/json.ts';
import { canonicalText, inCanonicalOrder, sortedText } from '../../src/base/quick-json.ts';

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
      expect(canonicalText(one)).toBe(canonicalJson(one));
      expect(sortedText(one)).toBe(sortedJson(one));
      expect(JSON.stringify(one)).toBe(before);
    }),
    { numRuns: 5000 },
  );
});

test('what is put in order says the same, and is written as it is where no key looks like a number', () => {
  fc.assert(
    fc.property(value, (one) => {
      const ordered = inCanonicalOrder(one);
      expect(canonicalJson(ordered)).toBe(canonicalJson(one));
      if (!/"\d/.test(JSON.stringify(one))) expect(JSON.stringify(ordered)).toBe(canonicalJson(one));
      if (JSON.stringify(one) === canonicalJson(one)) expect(ordered).toBe(one);
    }),
    { numRuns: 5000 },
  );
});

test('surrogates are where both orders differ', () => {
  const both = { '\uffff': 1, '\u{1f600}': 2 };
  expect(canonicalText(both)).toBe('{"\u{1f600}":2,"\uffff":1}');
  expect(sortedText(both)).toBe('{"\uffff":1,"\u{1f600}":2}');
});
