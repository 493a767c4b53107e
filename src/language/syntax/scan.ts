import type { Range } from '../../base/span.ts';
import { maxNesting, maxValues } from './limits.ts';
import { type SyntaxProblem, tooDeep, tooMany, unclosed } from './problem.ts';

/**
 * One pass over a JSON5 text before it is parsed: bounds the nesting and the number of values, and finds what is left open (a string at the end of its
 * line, a bracket at the end of the text), which is best shown where it was opened. O(length), no recursion.
 */
export function scanBrackets(text: string): SyntaxProblem | undefined {
  const open: number[] = [];
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if ((isOpening(c) || isSeparator(c)) && ++values > maxValues) return tooMany('values', maxValues, i);
    if (isOpening(c)) {
      open.push(i);
      if (open.length > maxNesting) return tooDeep({ start: i, end: i + 1 });
    } else if (isClosing(c)) open.pop();
    else {
      const end = opaqueEnd(text, i, c);
      if (end < 0) return leftOpen(i, c);
      i = end;
    }
  }
  const last = open.pop();
  if (last === undefined) return undefined;
  return text[last] === '{' ? unclosed(last, 'brace', 'the closing `}`') : unclosed(last, 'bracket', 'the closing `]`');
}

const leftOpen = (start: number, c: number): SyntaxProblem =>
  c === slash ? unclosed(start, 'comment', '`*/`', 2) : unclosed(start, 'string', 'the closing quote');

/** The brackets that are open at `end`, outermost first. The text before it must scan. O(length). */
export function openBracketsAt(text: string, end: number): readonly string[] {
  const open: string[] = [];
  for (let i = 0; i < end; i++) {
    const c = text.charCodeAt(i);
    if (isOpening(c)) open.push(text[i] as string);
    else if (isClosing(c)) open.pop();
    else {
      const last = opaqueEnd(text, i, c);
      if (last < 0) break;
      i = last;
    }
  }
  return open;
}

/** Offset of the first character that is neither space nor comment; the length where there is none. O(length). */
export function firstSignificant(text: string): number {
  let i = 0;
  for (; i < text.length; i++) {
    if (/\s/.test(text[i] as string)) continue;
    const end = text.charCodeAt(i) === slash ? opaqueEnd(text, i, slash) : i;
    if (end < 0) return text.length;
    if (end === i) return i;
    i = end;
  }
  return i;
}

/** Every comment with its marks, up to the first string or comment that never ends. O(length). */
export function json5Comments(text: string): readonly Range[] {
  const found: Range[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const last = opaqueEnd(text, i, c);
    if (last < 0) break;
    // A comment to the end of the line ends before the line end, a block behind its mark.
    if (c === slash && last > i) found.push({ start: i, end: text.charCodeAt(i + 1) === slash ? last : last + 1 });
    i = last;
  }
  return found;
}

const slash = 47;
const isOpening = (c: number): boolean => c === 123 || c === 91;
const isSeparator = (c: number): boolean => c === 44 || c === 58;
const isClosing = (c: number): boolean => c === 125 || c === 93;

/** Last offset of the string or comment that starts at `i`, `i` itself where none does, -1 where it never ends. */
function opaqueEnd(text: string, i: number, c: number): number {
  if (c === 34 || c === 39) return stringEnd(text, i, c);
  if (c !== slash) return i;
  const next = text.charCodeAt(i + 1);
  if (next === slash) return lineEnd(text, i);
  if (next !== 42) return i;
  const end = text.indexOf('*/', i + 2);
  return end < 0 ? -1 : end + 1;
}

function lineEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13) return i;
  }
  return text.length;
}

/** Offset of the closing quote, or -1. A line end ends a string unless a backslash stands before it. */
function stringEnd(text: string, start: number, quote: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === quote) return i;
    if (c === 92) i += text.startsWith('\r\n', i + 1) ? 2 : 1;
    else if (c === 10 || c === 13) return -1;
  }
  return -1;
}
