import { maxNesting } from './limits.ts';
import type { SyntaxProblem } from './problem.ts';

/**
 * One pass over a JSON5 text before it is parsed: bounds the nesting, and finds what is left open (a string at the end of its
 * line, a bracket at the end of the text), which is best shown where it was opened. O(length), no recursion.
 */
export function scanBrackets(text: string): SyntaxProblem | undefined {
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 34 || c === 39) {
      const end = stringEnd(text, i, c);
      if (end < 0)
        return {
          kind: 'syntax',
          message: 'this string is not closed',
          range: { start: i, end: i + 1 },
          help: 'add the closing quote',
        };
      i = end;
    } else if (c === 47 && text.charCodeAt(i + 1) === 47) {
      const end = text.indexOf('\n', i);
      i = end < 0 ? text.length : end;
    } else if (c === 47 && text.charCodeAt(i + 1) === 42) {
      const end = text.indexOf('*/', i + 2);
      if (end < 0)
        return {
          kind: 'syntax',
          message: 'this comment is not closed',
          range: { start: i, end: i + 2 },
          help: 'add `*/`',
        };
      i = end + 1;
    } else if (c === 123 || c === 91) {
      open.push(i);
      if (open.length > maxNesting) {
        return {
          kind: 'too-deep',
          message: `values are nested more than ${maxNesting} levels deep`,
          range: { start: i, end: i + 1 },
        };
      }
    } else if (c === 125 || c === 93) open.pop();
  }
  const last = open.pop();
  if (last === undefined) return undefined;
  const bracket = text[last] === '{' ? 'brace' : 'bracket';
  const closing = text[last] === '{' ? '}' : ']';
  return {
    kind: 'syntax',
    message: `this ${bracket} is not closed`,
    range: { start: last, end: last + 1 },
    help: `add the closing \`${closing}\``,
  };
}

/** The brackets that are open at `end`, outermost first. The text before it must scan. O(length). */
export function openBracketsAt(text: string, end: number): readonly string[] {
  const open: string[] = [];
  for (let i = 0; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === 34 || c === 39) {
      const close = stringEnd(text, i, c);
      if (close < 0) break;
      i = close;
    } else if (c === 47 && text.charCodeAt(i + 1) === 47) {
      const close = text.indexOf('\n', i);
      i = close < 0 ? end : close;
    } else if (c === 47 && text.charCodeAt(i + 1) === 42) {
      const close = text.indexOf('*/', i + 2);
      i = close < 0 ? end : close + 1;
    } else if (c === 123 || c === 91) open.push(text[i] as string);
    else if (c === 125 || c === 93) open.pop();
  }
  return open;
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
