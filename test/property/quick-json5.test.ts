/** What is read the quick way is what the library reads, and whatever the library refuses is left to it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson5 } from '../../src/language/syntax/json5.ts';
import { maxNesting, maxValues } from '../../src/language/syntax/limits.ts';
import { quickJson5 } from '../../src/language/syntax/quick-json5.ts';

/** True when it was read the quick way. */
function agrees(text: string): boolean {
  const quick = quickJson5(text);
  if (quick !== undefined) expect(parseJson5(text), JSON.stringify(text)).toEqual({ node: quick });
  return quick !== undefined;
}

const pieces = [
  ...['{', '}', '[', ']', ',', ':', '"', "'", '"a"', "'b'", '"é😀"', '"\u2028"', '"\\n\\""', '"\\u0041"', '"\\ud800"'],
  ...['"\\x41"', '"\\\n"', "'\\''", "'\"'", '"\t"', '"', '\\', '//', '/*', '*/', '/**/', '// x\n', '/* , */', '/', '#'],
  ...[' ', '\n', '\r', '\t', '\f', '\u00a0', '\ufeff', '\u2028', 'true', 'false', 'null', 'NaN', 'Infinity', 'truex'],
  ...['0', '1', '-1', '+1', '-0', '01', '0x1F', '1.5', '.5', '5.', '1e3', '1e400', '-', '1e', '18446744073709551616'],
  ...['a', 'a-b', '$x_1', 'ünder', '\\u0061', '__proto__', 'constructor', 'a:', 'b:', '"a":'],
];
const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((tokens) => tokens.join(''));

const blank = fc.constantFrom('', '', ' ', '\n', '\t', '\r\n', '// c\n', '/* c */', '// "\r');
const scalar = fc.oneof(
  fc.string().map((value) => JSON.stringify(value)),
  fc.constantFrom("'x'", "'\"'", '"\\u00e9"', '"\\ud83d\\ude00"', 'true', 'false', 'null', '-0', '1e5', '-12.50', '7'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const key = fc.oneof(
  fc.string().map((value) => JSON.stringify(value)),
  fc.constantFrom('a', '_b', '$', "'c d'", 'a', '__proto__'),
);
const spaced = (parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((all) => all.join(''));
const listed = (item: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.array(item, { maxLength: 4 }), fc.boolean())
    .map(([items, comma]) => `${items.join(',')}${comma && items.length > 0 ? ',' : ''}`);
const document = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    listed(spaced([blank, tie('value'), blank])).map((inner) => `[${inner}]`),
    listed(spaced([blank, key, blank, fc.constant(':'), blank, tie('value'), blank])).map((inner) => `{${inner}}`),
  ),
})).value;

describe('JSON5, read the quick way', () => {
  test('reads as the library does, where it reads at all', () => {
    fc.assert(
      fc.property(soup, (text) => void agrees(text)),
      { numRuns: 20_000 },
    );
    fc.assert(
      fc.property(soup, (text) => void agrees(`{"a": ${text}}`)),
      { numRuns: 20_000 },
    );
  });

  test('reads whatever is written with plain words, and nothing else changes that', () => {
    fc.assert(
      fc.property(spaced([blank, document, blank]), (text) => {
        expect(agrees(text), JSON.stringify(text)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('with a letter too many, too few or changed, it is the library that says what is wrong', () => {
    const letter = fc.constantFrom(...'{}[],:"\'\\/*0-+.eNn \n\u2028a', '');
    fc.assert(
      fc.property(document, fc.nat(), fc.nat({ max: 2 }), letter, (text, place, length, put) => {
        const at = place % (text.length + 1);
        agrees(text.slice(0, at) + put + text.slice(at + length));
      }),
      { numRuns: 20_000 },
    );
  });

  test('is bound by the same limits', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(agrees(nested(maxNesting))).toBe(true);
    expect(quickJson5(nested(maxNesting + 1))).toBeUndefined();
    const long = (values: number): string => `[${'1,'.repeat(values - 1)}]`;
    expect(quickJson5(long(maxValues))).toBeDefined();
    expect(quickJson5(long(maxValues + 1))).toBeUndefined();
  });

  test.each(['', ' ', '{', '[1', '"a', "{a: 'b}", '/* x', '{a b}', '{true: 1}', '[,]', '[1,,2]', '1 2', '{a: 1} x'])(
    'leaves %j alone',
    (text) => expect(quickJson5(text)).toBeUndefined(),
  );
});
