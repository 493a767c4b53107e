import { describe, expect, it } from 'vitest';
import { isSame } from '../../../../../src/plan/targets/read/fields.ts';

describe('what must be there', () => {
  const wanted = { drop: ['ALL'], deep: { a: 1, b: null } };

  it('is the same, to the last part', () => {
    expect(isSame({ drop: ['ALL'], deep: { a: 1, b: null } }, wanted)).toBe(true);
  });

  it.each([
    [undefined],
    [null],
    ['ALL'],
    [{ drop: ['ALL'] }],
    [{ ...wanted, add: ['NET_ADMIN'] }],
    [{ ...wanted, drop: ['ALL', 'NONE'] }],
    [{ ...wanted, drop: { 0: 'ALL' } }],
    [{ ...wanted, deep: { a: 1 } }],
    [{ ...wanted, deep: { a: 1, c: null } }],
    [{ ...wanted, deep: { a: '1', b: null } }],
  ])('is not %j', (found) => {
    expect(isSame(found, wanted)).toBe(false);
    expect(isSame(wanted, found)).toBe(false);
  });
});
