import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob, parseGlob } from '../../src/base/glob.ts';

/** Pieces of a pattern, each with the regular expression that says the same. */
const piece = fc.constantFrom<readonly [string, string]>(
  ['a', 'a'],
  ['b', 'b'],
  ['.', '\\.'],
  ['*', '[^/]*'],
  ['?', '[^/]'],
  ['{a,bb}', '(?:a|bb)'],
  ['{,b*}', '(?:|b[^/]*)'],
  ['a{,b}', 'a(?:|b)'],
  ['\\*', '\\*'],
);
const name = fc
  .array(piece, { minLength: 1, maxLength: 4 })
  .map((pieces) => [pieces.map(([glob]) => glob).join(''), pieces.map(([, re]) => re).join('')] as const)
  .filter(([glob]) => parsed(glob) !== undefined && !/\*(?:\{,b\*\})*\*/.test(glob));
const path = fc
  .array(fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((names) => names.join('/'));

function parsed(glob: string) {
  const read = parseGlob(glob);
  return 'glob' in read ? read.glob : undefined;
}

test('a glob matches what the regular expression of its pieces does', () => {
  let hits = 0;
  fc.assert(
    fc.property(fc.array(fc.option(name), { minLength: 1, maxLength: 3 }), path, (names, text) => {
      const read = parseGlob(names.map((one) => one?.[0] ?? '**').join('/'));
      // Well formed names make a well formed pattern, unless their braces multiply past the limit.
      fc.pre('glob' in read || !read.fault.startsWith('its braces stand for more'));
      if ('fault' in read) throw new Error(read.fault);
      const { glob } = read;
      const re = names.map((one) => (one ? `(?!/)${one[1]}/` : '(?:[^/]+/)*')).join('');
      const expected = new RegExp(`^${re}`).test(`${text}/`);
      const actual = matchesGlob(glob, text);
      if (actual) hits++;
      expect(actual).toBe(expected);
    }),
    { numRuns: 2000 },
  );
  expect(hits).toBeGreaterThan(100);
});

test('any text is a glob or has a fault, and a glob matches without an exception', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab*?{},[]\\/!.') }), path, (text, where) => {
      const glob = parsed(text);
      if (glob) expect(typeof matchesGlob(glob, where)).toBe('boolean');
    }),
    { numRuns: 2000 },
  );
});
