import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyFault } from '../../../../../src/language/secrets/reference.ts';
import { normaliseKey } from '../../../../../src/runtime/secrets/import/key.ts';

it.each([
  ['Prod/DB Password', 'prod-db-password'],
  ['  a.b_c-d  ', 'a.b_c-d'],
  ['--a--', 'a'],
  ['Ünïcode', 'n-code'],
  ['a///b', 'a-b'],
  ['a'.repeat(130), 'a'.repeat(120)],
  [`${'a'.repeat(119)}/b`, 'a'.repeat(119)],
  ['@@@', ''],
  ['..', ''],
  ['', ''],
])('%j becomes %j', (name, key) => {
  expect(normaliseKey(name)).toBe(key);
});

it('003-C4.20: is a key, or none, and stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (name) => {
      const key = normaliseKey(name);
      expect(key === '' || keyFault(key) === null).toBe(true);
      expect(normaliseKey(key)).toBe(key);
    }),
  );
});
