import fc from 'fast-check';
import { expect, it } from 'vitest';
import { comparerOf, compareText, sortedBy } from '../../../src/base/order.ts';

const bytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const whole = fc.string({ unit: 'binary', maxLength: 4 });
const near = fc.constantFrom('', 'a', 'ab', '\ue000', '\uffff', '\u{1f600}', 'a\uffff', 'a\u{1f600}', '\u{10000}b');

it('texts are in the order of their bytes, with and without characters beyond the first plane', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(whole, near)), (texts) => {
      const expected = [...texts].sort(bytes);
      expect([...texts].sort(compareText)).toEqual(expected);
      expect([...texts].sort(comparerOf(texts))).toEqual(expected);
      expect(sortedBy(texts, (text) => text)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

it('what has the same key stays as it was', () => {
  const items = [
    { key: 'b', n: 1 },
    { key: 'a', n: 2 },
    { key: 'b', n: 3 },
    { key: 'a', n: 4 },
  ];
  expect(sortedBy(items, ({ key }) => key).map(({ n }) => n)).toEqual([2, 4, 1, 3]);
});
