import { expect, test } from 'vitest';
import { suggest } from '../../../src/base/suggest.ts';

const fields = ['components', 'slots', 'provides', 'exports', 'use', 'bindings'];

test.each([
  ['componentz', 'components'],
  ['compnoents', 'components'],
  ['Slots', 'slots'],
  ['slot', 'slots'],
  ['uses', 'use'],
  ['epxorts', 'exports'],
  ['bind', undefined],
  ['foo', undefined],
  ['', undefined],
])('%s', (name, meant) => expect(suggest(name, fields)).toBe(meant));

test('a name is not proposed for itself', () => expect(suggest('slots', ['slots'])).toBeUndefined());
test('the nearest wins, then the first', () =>
  expect(suggest('abcdef', ['abcdxx', 'abcdex', 'abcdey'])).toBe('abcdex'));
test('names of any length take no time', () => expect(suggest('x'.repeat(1e6), ['x'.repeat(999_999)])).toBeUndefined());

/** Optimal string alignment, written out. */
function distance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [x, y] = [a.slice(1), b.slice(1)];
  const change = distance(x, y) + (a[0] === b[0] ? 0 : 1);
  const swap = a.length > 1 && a[0] === b[1] && a[1] === b[0] ? 1 + distance(a.slice(2), b.slice(2)) : change;
  return Math.min(change, swap, 1 + distance(x, b), 1 + distance(a, y));
}

test('what is given up early is not the nearest', () => {
  const letters = ['a', 'b', 'c'];
  const names = Array.from({ length: 243 }, (_, i) =>
    Array.from({ length: 5 }, (_, k) => letters[Math.floor(i / 3 ** k) % 3]).join(''),
  );
  for (const [i, name] of names.entries()) {
    if (i % 9 > 0) continue;
    const candidates = names.filter((_, k) => (k * 7 + i) % 11 === 0 && k !== i);
    const limits = candidates.map((candidate) => distance(name, candidate));
    const least = Math.min(...limits);
    expect(suggest(name, candidates), name).toBe(least > 1 ? undefined : candidates[limits.indexOf(least)]);
  }
});
