import { expect, it } from 'vitest';
import { grown } from '../../../src/base/grown.ts';

it('a list grows by one, and one that is empty stays as it is', () => {
  const empty: readonly number[] = Object.freeze([]);
  const one = grown(empty, 1);
  const two = grown(one, 2);
  expect([empty, one, two]).toEqual([[], [1, 2], [1, 2]]);
  expect(two).toBe(one);
});
