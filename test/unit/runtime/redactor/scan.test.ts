import { describe, expect, it } from 'vitest';
import { type Automaton, buildAutomaton } from '../../../../src/runtime/redactor/automaton.ts';
import { formsOf } from '../../../../src/runtime/redactor/forms.ts';
import { scan } from '../../../../src/runtime/redactor/scan.ts';

/** Characters that the automaton reads in it. */
function steps(automaton: Automaton, text: string): number {
  let count = 0;
  const step: typeof automaton.step = (state, char) => {
    count++;
    return automaton.step(state, char);
  };
  scan({ ...automaton, step }, text, 0, 0, () => {});
  return count;
}

const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
};
const values = (count: number): readonly string[] => {
  const next = random(count);
  return Array.from({ length: count }, () =>
    Array.from({ length: 24 }, () => 'abcdefgh'[Math.floor(next() * 8)]).join(''),
  );
};

describe('looking through a text', () => {
  it('takes a time that grows with the text alone, whatever is in it', () => {
    const forms = [...new Set(values(1_000).flatMap((value) => [...formsOf(value)]))];
    const automaton = buildAutomaton(forms);
    const [first = ''] = forms;
    const texts: readonly ((n: number) => string)[] = [
      // The same letters; all but the end of a form; the end and the beginning of forms; forms alone.
      (n) => values(n).join(''),
      (n) => first.slice(0, -1).repeat(n),
      (n) =>
        forms
          .slice(0, n)
          .map((form) => form.slice(0, 7))
          .join(''),
      (n) =>
        forms
          .slice(0, n)
          .map((form) => form.slice(4) + form.slice(0, 5))
          .join(' '),
      (n) => first.repeat(n),
      (n) => `${'a'.repeat(24)}b`.repeat(n),
    ];
    for (const [at, text] of texts.entries())
      for (const n of [100, 1_000]) {
        const told = text(n);
        expect([at, n, steps(automaton, told) / told.length < 4]).toEqual([at, n, true]);
      }
  });

  it('skips most of a text that has nothing in it', () => {
    const forms = [...new Set(values(100).flatMap((value) => [...formsOf(value)]))];
    const told = 'GET /api/v1/items?id=42 200 in 12 ms, handled by a worker of the pool\n'.repeat(1_000);
    expect(steps(buildAutomaton(forms), told)).toBeLessThan(told.length / 20);
  });

  it('has nothing to do where nothing is looked for', () => {
    expect(steps(buildAutomaton([]), 'anything at all')).toBe(0);
  });
});
