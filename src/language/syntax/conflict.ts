import type { SyntaxProblem } from './problem.ts';

/** What git and others leave behind: both sides, between marks at the beginning of lines. */
const MARK = /^(?:<{7}|={7}|>{7})(?=[ \r\n]|$)/gm;

/** The first conflict in a text that cannot be parsed; it explains whatever the parser says. O(length). */
export function mergeConflict(text: string): SyntaxProblem | undefined {
  let start: number | undefined;
  let divided = false;
  for (const { 0: mark, index } of text.matchAll(MARK)) {
    if (mark.startsWith('<')) {
      start = index;
      divided = false;
    } else if (mark.startsWith('=')) divided = start !== undefined;
    else if (start !== undefined && divided) return problemAt(text, start);
  }
  return undefined;
}

function problemAt(text: string, start: number): SyntaxProblem {
  const line = text.slice(start, start + 200).split(/\r?\n/, 1)[0] ?? '';
  return {
    kind: 'syntax',
    message: 'a merge conflict begins here that is not resolved',
    range: { start, end: start + line.trimEnd().length },
    help: 'keep one of the two sides, or both, and remove the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`',
  };
}
