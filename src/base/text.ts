import { memoized } from './memo.ts';
import type { Range } from './span.ts';

/** Zero-based line and UTF-16 column, as the Language Server Protocol counts them. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface PositionRange {
  readonly start: Position;
  readonly end: Position;
}

/** A text with its name; `lineStarts` is computed when a position is first asked for. */
export interface SourceText {
  /** Key and display name: relative to the root manifest's folder with `/`, or an URL. */
  readonly file: string;
  readonly text: string;
  /** Where the name does not tell it: what lies in a bundle is JSON5 under any name. */
  readonly format?: 'yaml' | 'json5';
  /** No line of it is to be shown to anybody: it is somebody's file, and not what it was taken for. */
  readonly hidden?: true;
}

/** All texts of one compile by `SourceText.file`. */
export type Sources = ReadonlyMap<string, SourceText>;

export const lineStarts: (source: SourceText) => readonly number[] = memoized(({ text }) => {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
});

/** O(log lines). An offset past the end gives the end. */
export function positionAt(source: SourceText, offset: number): Position {
  const starts = lineStarts(source);
  const wanted = Math.max(0, Math.min(offset, source.text.length));
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= wanted) low = middle;
    else high = middle - 1;
  }
  return { line: low, character: wanted - (starts[low] as number) };
}

export const positionRange = (source: SourceText, range: Range): PositionRange => ({
  start: positionAt(source, range.start),
  end: positionAt(source, range.end),
});
