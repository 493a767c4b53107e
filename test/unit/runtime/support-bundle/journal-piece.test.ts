import { describe, expect, it } from 'vitest';
import { boundedLines } from '../../../../src/runtime/support-bundle/journal-piece.ts';

const lines = (count: number, bytes: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => String(n).padEnd(bytes, '.'));

describe('lines of a journal', () => {
  it.each([0, 1, 7, 3000])('are all kept where there are %i', (count) => {
    const all = lines(count, 1000);
    const { first, last, leftOut } = boundedLines(all);
    expect([[...first, ...last], leftOut]).toEqual([all, 0]);
  });

  it('are the first and the newest of many, each once and in their order', () => {
    const all = lines(20_000, 1000);
    const { first, last, leftOut } = boundedLines(all);
    expect([first[0], last.at(-1)]).toEqual([all[0], all.at(-1)]);
    expect(first.length + last.length + leftOut).toBe(all.length);
    expect([...first, ...last]).toEqual([...all.slice(0, first.length), ...all.slice(all.length - last.length)]);
    expect([first.length, last.length].map((count) => Math.round(count / 100))).toEqual([5, 31]);
  });

  it('that are each too long are left out', () => {
    expect(boundedLines(lines(3, 4 * 1024 * 1024))).toEqual({ first: [], last: [], leftOut: 3 });
  });
});
