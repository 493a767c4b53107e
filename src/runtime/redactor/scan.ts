/** Where the forms of values are in a text. */
import { type Automaton, hashGram, hashHead } from './automaton.ts';

/** Characters of a state that are given up, to skip again. */
const shallow = 3;

/**
 * From `begin`, in the state that the characters before it have led to, of which there are as many as it is deep. Each form is told by
 * the longest one that ends where it ends. Answers the state at the end: a form that is not over yet begins as many characters
 * before the end as that state is deep, and none before.
 *
 * O(length): what is skipped is looked at once, and what the automaton has read is gone back over by less than `shallow` characters
 * for each time that it gets further than that.
 */
export function scan(
  automaton: Automaton,
  text: string,
  begin: number,
  from: number,
  found: (start: number, end: number) => void,
): number {
  const { window, depths, ends, step } = automaton;
  const { length } = text;
  if (window === 0) return 0;
  let state = from;
  let at = begin;
  // No form begins before it.
  let start = begin - (depths[state] as number);
  for (;;) {
    if (state === 0) {
      start = skip(automaton, text, start);
      at = start;
    }
    const isNearEnd = start + window > length;
    for (;;) {
      if (at >= length) return state;
      state = step(state, text.charCodeAt(at++));
      const end = ends[state] as number;
      if (end !== 0) found(at - end, at);
      const depth = depths[state] as number;
      if (depth <= shallow && at - depth > start && !isNearEnd) {
        start = at - depth;
        state = 0;
        break;
      }
    }
  }
}

/** To where a form may begin: by the last characters of a window first, then by the first ones. */
function skip({ window, shifts, heads }: Automaton, text: string, from: number): number {
  const shiftMask = shifts.length - 1;
  const headMask = heads.length - 1;
  const last = text.length - window;
  let at = from;
  while (at <= last) {
    const end = at + window;
    const hash = hashGram(text.charCodeAt(end - 3), text.charCodeAt(end - 2), text.charCodeAt(end - 1));
    const shift = shifts[hash & shiftMask] as number;
    if (shift !== 0) at += shift;
    else if (heads[hashHead(text, at) & headMask] === 1) return at;
    else at++;
  }
  return Math.min(at, text.length);
}
