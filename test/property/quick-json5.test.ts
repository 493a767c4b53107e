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

  test('counts what is open, and not what was', () => {
    expect(agrees(`[${'{a: []},'.repeat(maxNesting + 1)}]`)).toBe(true);
  });

  test('is bound by the same limits', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(agrees(nested(maxNesting))).toBe(true);
    expect(quickJson5(nested(maxNesting + 1))).toBeUndefined();
    const long = (values: number): string => `[${'1,'.repeat(values - 1)}]`;
    expect(quickJson5(long(maxValues))).toBeDefined();
    expect(quickJson5(long(maxValues + 1))).toBeUndefined();
    const wide = (pairs: number): string => `{${'a:1,'.repeat(pairs)}}`;
    expect(quickJson5(wide(maxValues / 2 - 1))).toBeDefined();
    expect(quickJson5(wide(maxValues / 2))).toBeUndefined();
    const empty = (lists: number): string => `[${'[],'.repeat(lists)}]`;
    expect(quickJson5(empty(maxValues / 2 - 1))).toBeDefined();
    expect(quickJson5(empty(maxValues / 2))).toBeUndefined();
  });

  test.each([
    ...[
      '',
      ' ',
      '{',
      '[1',
      '"a',
      "{a: 'b}",
      '/* x',
      '/*/',
      '1 /',
      '{a b}',
      '[,]',
      '[1,,2]',
      '{,}',
      '{a: 1,,}',
      '1 2',
      '{a: 1} x',
      '[1 2]',
    ],
    ...[
      '{true: 1}',
      '{false: 1}',
      '{null: 1}',
      '{NaN: 1}',
      '{Infinity: 1}',
      '{a-b: 1}',
      '{1: 1}',
      '{\u00e9: 1}',
      '{\\u0061: 1}',
      '{a\\u0062: 1}',
    ],
    ...[
      '+1',
      '- 1',
      '--1',
      '0x1F',
      '01',
      '-01',
      '.5',
      '5.',
      '1e',
      '1e+',
      '1_000',
      '1n',
      '1e400',
      'NaN',
      '-Infinity',
      'undefined',
      'truex',
    ],
    ...[
      '"\t"',
      '"\n"',
      '"\\\n"',
      '"\\x41"',
      '"\\0"',
      '"\\v"',
      '"\\a"',
      '"\\u{41}"',
      '"\\u004"',
      "'\\''",
      '"a" "b"',
      '`a`',
      '"\\"',
      '"\u0000"',
      '"\u2028"',
      '"\u2029"',
    ],
    ...['\ufeff{}', '\u00a0{}', '{}\u2028', '{}\v', '# c\n{}', '// c\u2028{}'],
  ])('leaves %j alone', (text) => expect(quickJson5(text)).toBeUndefined());

  test.each([
    ...[
      '{}',
      '[]',
      '{a: 1,}',
      '[1,]',
      '{\'a\': "b"}',
      '{a: 1, a: 2}',
      '{__proto__: 1}',
      '{truex: 1, nulls: 2, NaN1: 3}',
      '{"NaN": 1}',
      '{$_1: 1}',
    ],
    ...[
      '-0',
      '0.0',
      '1E+5',
      '1e-400',
      '18446744073709551616',
      '-9223372036854775809',

      '"\u007f"',
      '"\\u2028\\/\\b"',
      "'\"'",
      '"\\ud83d\\ude00"',
    ],
    ...['// c\r{}', '{}// c', '{}/***/', '/* // */[]', '// /*\n[]', '[/* ] */]', '["// x", \'/* x\']', '\t\r\n{}'],
  ])('reads %j', (text) => expect(agrees(text)).toBe(true));
});
