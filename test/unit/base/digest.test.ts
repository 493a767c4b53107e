import { expect, it } from 'vitest';
import { digestOf, digestOfAll } from '../../../src/base/digest.ts';

it('the digest of several texts is that of them as one', () => {
  const texts = ['{"a":', '"\u00e9\u{1f600}"', '', '}'];
  expect(digestOfAll(texts)).toBe(digestOf(texts.join('')));
  expect(digestOfAll([])).toBe(digestOf(''));
});
