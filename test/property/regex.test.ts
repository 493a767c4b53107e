/** Matching in bounded time says what the engine of the language says. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMatcher } from '../../src/language/regex/match.ts';

function verdict(pattern: string, text: string): string {
  const matcher = createMatcher(pattern);
  if (!matcher) return 'no regular expression';
  return 'limit' in matcher ? matcher.limit : matcher.search(text);
}

const letter = fc.constantFrom(
  ...[
    'a',
    'b',
    '.',
    '\\.',
    '[ab]',
    '[^a]',
    '\\w',
    '\\W',
    '\\d',
    '\\s',
    '\\n',
    '[\\]a-b-]',
    '\\u0061',
    '\\u{1f98a}',
    '\\ud83e\\udd8a',
    '🦊',
    '\\p{L}',
    '\\x62',
    '\\cJ',
    '-',
    '/',
  ],
);
const regex = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    letter,
    fc.constantFrom('^', '$', '\\b', '\\B', ''),
    fc.array(tie('node'), { minLength: 2, maxLength: 4 }).map((items) => items.join('')),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((items) => `(${items.join('|')})`),
    fc
      .tuple(tie('node'), fc.constantFrom('*', '+', '?', '*?', '+?', '{2}', '{1,3}', '{2,}', '{0,2}?', '{0}'))
      .map(([item, times]) => `(?:${item})${times}`),
    fc.tuple(letter, fc.constantFrom('*', '+', '?', '{0,3}')).map((parts) => parts.join('')),
    fc
      .tuple(fc.constantFrom('(?=', '(?!', '(?<=', '(?<!', '(?<name>', '(?:'), tie('node'))
      .map(([open, item]) => `${open}${item})`),
  ),
})).node;
const textOf = (...more: readonly string[]): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', ' ', '.', '\n', '-', '/', 'é', ...more), maxLength: 12 });

/** How often each verdict was compared. */
function compare(pattern: string, texts: readonly string[], seen: Record<string, number>): void {
  let native: RegExp | undefined;
  try {
    native = new RegExp(pattern, 'u');
  } catch {
    expect(createMatcher(pattern)).toBeUndefined();
    return;
  }
  for (const one of texts) {
    const expected = native.test(one) ? 'match' : 'no match';
    seen[expected] = (seen[expected] ?? 0) + 1;
    expect(verdict(pattern, one)).toBe(expected);
  }
}

function agree(patterns: fc.Arbitrary<string>, texts: fc.Arbitrary<string>): void {
  const seen = { match: 0, 'no match': 0 };
  const three = fc.array(texts, { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(patterns, three, (pattern, some) => compare(pattern, some, seen)),
    { numRuns: 3000 },
  );
  expect(Math.min(seen.match, seen['no match'])).toBeGreaterThan(500);
}

describe('regular expressions', () => {
  test('are found where the language finds them', () => {
    agree(regex, textOf());
  });

  // V8 also looks for what is empty between the halves of a character (`/\B/u` in "a🦊a"), where the standard has no place.
  test('fit the beginning of a text where the language fits them', () => {
    agree(
      regex.map((pattern) => `^(?:${pattern})`),
      textOf('🦊'),
    );
  });
});
