/** YAML's own complaint about a wrong indentation points at the line before, or at nothing; this names the line and its neighbours. */
import type { SyntaxProblem } from './problem.ts';

/** A key, or the dash of an item, at the beginning of a line. */
interface Mark {
  readonly kind: 'key' | 'item';
  /** `-` for an item. */
  readonly name: string;
  readonly column: number;
  /** Counted from 1. */
  readonly line: number;
  readonly offset: number;
}

const KEY = /^("[^"]*"|'[^']*'|[^\s#&*!|>'"%@`{}[\],-][^#]*?):(?:\s|$)/;
/** What stands below is text, whatever it looks like. */
const BLOCK_TEXT = /[:-][ \t]+[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?$/;
/** Nobody writes more levels than these; a text may have millions of lines. */
const MOST_LINES = 2_000;

/** `offset` is where the library complains; undefined when indentation is not what is wrong there. */
export function wrongIndentation(text: string, offset: number): SyntaxProblem | undefined {
  const lines = linesAround(text, offset);
  const said = lines.findLast((line) => line.start <= offset);
  if (!said) return undefined;
  // The value of a key is told of when a line below it turns out to be a mapping.
  const value = offset > said.start + indentOf(said.text);
  if (value && /:(?:\s|$)/.test(said.text.slice(offset - said.start))) return undefined;
  const wrong = value && said.text[offset - said.start] !== '-' ? lines[lines.indexOf(said) + 1] : said;
  const [mark] = wrong ? marksOf(wrong) : [];
  if (!wrong || !mark) return undefined;
  const above = lines.slice(0, lines.indexOf(wrong));
  const open = openMarks(above, mark);
  if (!open) return undefined;
  const deeper = open.findLast(({ column }) => column > mark.column);
  const less = open.find(({ column }) => column < mark.column);
  const distance = ({ column }: Mark): number => Math.abs(column - mark.column);
  const [first, second] = [less, deeper].filter((each) => each !== undefined).sort((a, b) => distance(a) - distance(b));
  if (!first || open.some(({ column }) => column === mark.column)) return undefined;
  const what = mark.kind === 'key' ? `\`${mark.name}\`` : 'this item';
  return {
    kind: 'syntax',
    message: `${what} is indented by ${spaces(mark.column)}, which matches nothing above it`,
    range: { start: mark.offset, end: mark.offset + mark.name.length },
    help: `indent it by ${spaces(first.column)}, like ${shown(first)}${second ? `, or by ${second.column}, like ${shown(second)}` : full(first)}`,
  };
}

const spaces = (count: number): string => `${count} ${count === 1 ? 'space' : 'spaces'}`;
/** Only what has a value is complained about when something stands below it. */
const full = ({ kind, name }: Mark): string =>
  kind === 'key' ? `: \`${name}\` has a value already, so nothing can be nested in it` : '';
const shown = ({ kind, name, line }: Mark): string =>
  kind === 'key' ? `\`${name}\` in line ${line}` : `the item in line ${line}`;

interface Line {
  readonly text: string;
  readonly start: number;
  readonly number: number;
}

const indentOf = (text: string): number => text.length - text.trimStart().length;

/** Those with something in them, up to the one behind the place. */
function linesAround(text: string, offset: number): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let number = 1; start <= text.length; number++) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, end).replace(/\r$/, '');
    if (!/^\s*(?:#|$)/.test(line)) lines.push({ text: line, start, number });
    if (start > offset && lines.at(-1)?.start === start) break;
    start = end + 1;
  }
  return lines.slice(-MOST_LINES);
}

/** Outermost first. */
function marksOf({ text, start, number }: Line): readonly Mark[] {
  const marks: Mark[] = [];
  let column = indentOf(text);
  if (text.slice(0, column).includes('\t')) return [];
  for (let dash = /^-(?: +|$)/.exec(text.slice(column)); dash; dash = /^-(?: +|$)/.exec(text.slice(column))) {
    marks.push({ kind: 'item', name: '-', column, line: number, offset: start + column });
    column += dash[0].length;
  }
  const key = KEY.exec(text.slice(column))?.[1];
  if (key !== undefined) marks.push({ kind: 'key', name: key, column, line: number, offset: start + column });
  return marks;
}

/** What the line could stand beside: of its kind, innermost first. Undefined where text in a block may look like marks. */
function openMarks(above: readonly Line[], { kind }: Mark): readonly Mark[] | undefined {
  const open: Mark[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const line of above.toReversed()) {
    const marks = marksOf(line).filter(({ column }) => column < least);
    if (marks.length === 0) continue;
    if (BLOCK_TEXT.test(line.text)) return undefined;
    open.push(...marks.toReversed().filter((mark) => mark.kind === kind));
    least = Math.min(least, ...marks.map(({ column }) => column));
    if (least === 0) break;
  }
  return open;
}
