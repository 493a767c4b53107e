/** What each of some things needs: numbers of things before it, so that there is no circle. */
import fc from 'fast-check';

export const randomDag: fc.Arbitrary<readonly (readonly number[])[]> = fc
  .array(fc.array(fc.nat({ max: 99 }), { maxLength: 4 }), { minLength: 1, maxLength: 25 })
  .map((all) => all.map((picks, n) => (n === 0 ? [] : [...new Set(picks.map((pick) => pick % n))])));
