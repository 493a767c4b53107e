import type { Range } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import { commentRanges } from './parse.ts';

export interface Comment {
  /** With its marks. */
  readonly range: Range;
  /** Without its marks, and without blanks around it. */
  readonly text: string;
  /** Nothing but blanks before and behind it in its lines. */
  readonly ownLine: boolean;
}

/** The comments of a text in their order; `#` and `//` in strings are none. The format must have been loaded. O(length). */
export const commentsOf = (source: SourceText): readonly Comment[] =>
  commentRanges(source).map((range) => ({
    range,
    text: withoutMarks(source.text.slice(range.start, range.end)),
    ownLine: startsLine(source.text, range.start) && endsLine(source.text, range.end),
  }));

function withoutMarks(written: string): string {
  if (written.startsWith('#')) return written.slice(1).trim();
  return (written.startsWith('/*') ? written.slice(2, -2) : written.slice(2)).trim();
}

const isBlank = (c: string | undefined): boolean => c === ' ' || c === '\t' || c === '\r' || c === '\ufeff';

function startsLine(text: string, start: number): boolean {
  let i = start - 1;
  while (i >= 0 && isBlank(text[i])) i--;
  return i < 0 || text[i] === '\n';
}

function endsLine(text: string, end: number): boolean {
  let i = end;
  while (i < text.length && isBlank(text[i])) i++;
  return i >= text.length || text[i] === '\n';
}
