import { expect, test } from 'vitest';
import { suggest } from '../../src/base/suggest.ts';

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
