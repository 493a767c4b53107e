import { expect, it } from 'vitest';
import { whenThere } from '../../../src/base/when-there.ts';

it('what is there is gone on with at once', () => {
  expect(whenThere(1, (one) => one + 1)).toBe(2);
});

it('what is not there yet is waited for, and its fault is handed on', async () => {
  let known: number | undefined;
  const later = whenThere(Promise.resolve(1), (one) => {
    known = one;
    return one + 1;
  });
  expect([later instanceof Promise, known]).toEqual([true, undefined]);
  expect(await later).toBe(2);
  const fault = new Error('gone');
  await expect(whenThere(Promise.reject(fault), () => 1)).rejects.toBe(fault);
});
