/** Taking entries and items out of YAML that is laid out by indentation. */
import type { Range } from '../../base/span.ts';
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';
import { type Container, childCount, type Page } from './page.ts';
import {
  childRange,
  colonOf,
  endOf,
  hasComment,
  isBlankLine,
  lineEnd,
  lineStart,
  nextLine,
  skipSpace,
} from './places.ts';

/** What goes, or undefined where it cannot be told from what stays. */
export function removeFromBlock(page: Page, container: Container, index: number): Range | undefined {
  const { text, code } = page;
  const head = headOf(page, container, index);
  if (head === undefined) return undefined;
  const { end } = childRange(page, container, index);
  const last = lineEnd(text, end);
  if (code.slice(end, last).trim() !== '') return undefined;
  const first = lineStart(text, head);
  const before = text.slice(first, head);
  if (before.trim() === '') {
    const lines = {
      start: directivesAbove(page, first),
      end: belowWithMoreIndent(page, nextLine(text, end), before.length),
    };
    return withBlankLine(text, lines);
  }
  // Behind the dash of the item that it is in: what comes next moves up.
  if (!/^[\s-]*$/.test(before)) return undefined;
  const next = index + 1 < childCount(container) ? headOf(page, container, index + 1) : undefined;
  if (next === undefined || hasComment(page, { start: last, end: next })) return undefined;
  return { start: head, end: next };
}

/** A block that is left empty, and must not go: `key: {}`. What stays of it are comments. */
export function emptyBlock(
  page: Page,
  container: Container,
): readonly { readonly range: Range; readonly text: string }[] | undefined {
  const { text, code } = page;
  const written = container.kind === 'object' ? '{}' : '[]';
  const parent = page.parents.get(container);
  const head = headOf(page, container, 0);
  if (!parent || head === undefined) return undefined;
  const all = { start: head, end: childRange(page, container, childCount(container) - 1).end };
  if (parent.container.kind === 'array') {
    return hasComment(page, all) ? undefined : [{ range: all, text: written }];
  }
  const { keyRange } = parent.container.entries[parent.index] as Entry;
  const colon = colonOf(page, keyRange.end);
  if (colon === undefined || code.slice(colon + 1, head).trim() !== '') return undefined;
  if (lineStart(text, head) <= colon) return undefined;
  const gone: Range[] = [];
  for (let index = 0; index < childCount(container); index++) {
    const range = removeFromBlock(page, container, index);
    if (!range) return undefined;
    gone.push(range);
  }
  const place = { start: colon + 1, end: colon + 1 };
  return [{ range: place, text: ` ${written}` }, ...gone.map((range) => ({ range, text: '' }))];
}

/** Offset of the key, or of the dash of an item. Undefined where more than that stands before the value. */
function headOf(page: Page, container: Container, index: number): number | undefined {
  const { code, text } = page;
  if (container.kind === 'object') {
    const { start } = (container.entries[index] as Entry).keyRange;
    const before = text.slice(lineStart(text, start), start);
    // An anchor, or the mark of a key that is told as such.
    return /[^\s-]/.test(before) ? undefined : start;
  }
  const item = container.items[index] as SyntaxNode;
  const previous = container.items[index - 1];
  const dash = skipSpace(code, previous ? endOf(page, previous) : container.range.start);
  return code[dash] === '-' && dash <= item.range.start ? dash : undefined;
}

/** Comments with more indentation than what goes are inside it. */
function belowWithMoreIndent({ text, code }: Page, from: number, indent: number): number {
  let end = from;
  for (;;) {
    const stop = lineEnd(text, end);
    const isComment = code.slice(end, stop).trim() === '' && text.slice(end, stop).trim() !== '';
    if (!isComment || skipSpace(text, end) - end <= indent) return end;
    end = nextLine(text, end);
  }
}

/** Comments that say how loud a diagnostic of the line below is would speak of another line then. */
export function directivesAbove({ text, code }: Pick<Page, 'text' | 'code'>, first: number): number {
  let start = first;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    const line = text.slice(above, start);
    if (code.slice(above, start).trim() !== '' || !/^\s*(?:#|\/\/|\/\*)[\s*]*headgate-ignore(?!-file)\b/.test(line))
      break;
    start = above;
  }
  return start;
}

/** Of two blank lines that would meet, one goes. */
export function withBlankLine(text: string, { start, end }: Range): Range {
  const blankBefore = start === 0 || isBlankLine(text, lineStart(text, start - 1));
  if (!blankBefore) return { start, end };
  if (end >= text.length) return start === 0 ? { start, end } : { start: lineStart(text, start - 1), end };
  return isBlankLine(text, end) ? { start, end: nextLine(text, end) } : { start, end };
}
