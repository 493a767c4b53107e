/** The excerpt under a diagnostic: numbered source lines with marks under a range. */
import type { Range } from '../../base/span.ts';
import { lineStarts, positionRange, type SourceText } from '../../base/text.ts';
import { type Cell, cellOf, displayWidth, wrap } from './width.ts';

export interface FrameOptions {
  /** `^` or `-`. */
  readonly mark: string;
  readonly label: string | undefined;
  /** Columns of the whole output. */
  readonly width: number;
  /** Columns of the line number gutter. */
  readonly gutter: number;
  readonly paintMark: (text: string) => string;
  readonly paintFrame: (text: string) => string;
}

/** One source line and the part of it to mark, in UTF-16 columns. */
interface Marked {
  readonly line: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const ELLIPSIS = '…';
/** What is left of a long line before the marks. */
const LEAD = 20;

export function frame(source: SourceText, range: Range, options: FrameOptions): readonly string[] {
  const marked = markedLines(source, range);
  const out: string[] = [bar(options)];
  for (const [index, part] of marked.entries()) {
    const before = marked[index - 1];
    if (before && part.line > before.line + 1) out.push(options.paintFrame('...'));
    const label = index === marked.length - 1 ? options.label : undefined;
    out.push(...excerpt(part, label, options));
  }
  return out;
}

/** Columns that the largest line number of a range takes. */
export const gutterOf = (source: SourceText, range: Range): number =>
  String(positionRange(source, range).end.line + 1).length;

function lineText(source: SourceText, line: number): string {
  const starts = lineStarts(source);
  const text = source.text.slice(starts[line], starts[line + 1] ?? source.text.length);
  return text.replace(/\r?\n$/, '');
}

/** A range over more than two lines is abbreviated to its first and its last one. */
function markedLines(source: SourceText, range: Range): readonly Marked[] {
  const { start, end } = positionRange(source, range);
  const text = lineText(source, start.line);
  if (end.line === start.line) return [{ line: start.line, text, start: start.character, end: end.character }];
  const blank = text.length - text.trimStart().length;
  const first = {
    line: start.line,
    text,
    start: Math.max(start.character, blank),
    end: Math.max(text.length, start.character),
  };
  let line = end.line;
  let lastEnd = end.character;
  // A range that ends at a line's very beginning ends with the line before.
  if (lastEnd === 0) {
    line--;
    lastEnd = lineText(source, line).length;
  }
  if (line === start.line) return [first];
  const lastText = lineText(source, line);
  const indent = lastText.length - lastText.trimStart().length;
  return [first, { line, text: lastText, start: Math.min(indent, lastEnd), end: lastEnd }];
}

const bar = (options: FrameOptions): string => options.paintFrame(`${' '.repeat(options.gutter)} |`);

function excerpt(part: Marked, label: string | undefined, options: FrameOptions): readonly string[] {
  const number = options.paintFrame(`${String(part.line + 1).padStart(options.gutter)} |`);
  const room = Math.max(20, options.width - options.gutter - 3);
  const view = viewOf(part, room);
  const marks = options.mark.repeat(Math.max(1, view.markWidth));
  const out = [view.text === '' ? number : `${number} ${view.text}`];
  const indent = ' '.repeat(view.markAt);
  const used = view.markAt + marks.length;
  if (label === undefined || label === '') return [...out, `${bar(options)} ${indent}${options.paintMark(marks)}`];
  const lines = wrap(label, room);
  if (lines.length === 1 && used + 1 + displayWidth(lines[0] as string) <= room) {
    return [...out, `${bar(options)} ${indent}${options.paintMark(`${marks} ${lines[0]}`)}`];
  }
  out.push(`${bar(options)} ${indent}${options.paintMark(marks)}`);
  const labelAt = Math.min(view.markAt, Math.max(0, room - Math.min(displayWidth(label), 40)));
  for (const line of wrap(label, room - labelAt)) {
    out.push(`${bar(options)} ${' '.repeat(labelAt)}${options.paintMark(line)}`);
  }
  return out;
}

interface View {
  readonly text: string;
  /** In columns of the terminal. */
  readonly markAt: number;
  readonly markWidth: number;
}

/** Cuts a line so that the marks are seen, and turns its columns into those of a terminal. */
function viewOf(part: Marked, room: number): View {
  // A file of one line may be megabytes long: only the neighbourhood of the marks is looked at.
  const low = Math.max(0, part.start - 4 * room);
  const high = Math.min(part.text.length, part.start + 4 * room);
  const cells = [...part.text.slice(low, high)].map((character) => ({ ...cellOf(character), units: character.length }));
  const start = columns(cells, part.start - low);
  const end = Math.max(start, columns(cells, part.end - low));
  const total = columns(cells, Number.POSITIVE_INFINITY);
  const whole = low === 0 && high === part.text.length;
  if (whole && Math.max(total, start + 1) <= room) {
    return {
      text: cells
        .map((cell) => cell.shown)
        .join('')
        .trimEnd(),
      markAt: start,
      markWidth: end - start,
    };
  }
  const from = low === 0 && end < room ? 0 : Math.max(0, start - LEAD);
  const head = low > 0 || from > 0 ? ELLIPSIS : '';
  const window = cut(cells, from, room - head.length, high < part.text.length);
  const markAt = start - window.from;
  return {
    text: (head + window.text).trimEnd(),
    markAt: markAt + head.length,
    markWidth: Math.min(end - window.from, window.columns) - markAt,
  };
}

interface Sized extends Cell {
  readonly units: number;
}

/** Columns of the first `units` UTF-16 code units. */
function columns(cells: readonly Sized[], units: number): number {
  let seen = 0;
  let width = 0;
  for (const cell of cells) {
    if (seen >= units) break;
    seen += cell.units;
    width += cell.width;
  }
  return width;
}

interface Cut {
  readonly text: string;
  /** The column of the first cell taken. */
  readonly from: number;
  readonly columns: number;
}

/** The cells from column `from` on, as many as `room` allows, with an ellipsis where something is left out at the end. */
function cut(cells: readonly Cell[], from: number, room: number, more: boolean): Cut {
  let column = 0;
  let first = from;
  let text = '';
  let taken = 0;
  for (const [index, cell] of cells.entries()) {
    const at = column;
    column += cell.width;
    if (at < from) continue;
    if (taken === 0) first = at;
    const last = index === cells.length - 1 && !more;
    if (taken + cell.width > room - (last ? 0 : ELLIPSIS.length))
      return { text: text + ELLIPSIS, from: first, columns: taken };
    text += cell.shown;
    taken += cell.width;
  }
  return { text: more ? text + ELLIPSIS : text, from: first, columns: taken };
}
