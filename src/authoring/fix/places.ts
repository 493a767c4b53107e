/** Where things begin and end in a text: ranges of the tree leave out commas, dashes and what a parser counts to the value before. */
import type { Range } from '../../base/span.ts';
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';
import type { Comment } from '../../language/syntax/comments.ts';
import { type Container, childCount, type Page } from './page.ts';

/** How a collection is written. `other`: the inside of an alias, or a pair without braces. */
export type Style = 'flow' | 'block' | 'other';

export function styleOf({ text, format, parents }: Page, node: Container): Style {
  const first = text[node.range.start];
  if (first === (node.kind === 'object' ? '{' : '[')) return 'flow';
  if (format === 'json5' || first === '*') return 'other';
  const parent = parents.get(node)?.container;
  const pair = parent?.kind === 'array' && text[parent.range.start] === '[';
  return pair ? 'other' : 'block';
}

/** Behind the last character of a value; a parser may count line ends to it. */
export function endOf(page: Page, node: SyntaxNode): number {
  const { text } = page;
  const { start, end } = node.range;
  if (node.kind === 'object' || node.kind === 'array') {
    const last = childCount(node) - 1;
    return styleOf(page, node) === 'block' && last >= 0 ? childRange(page, node, last).end : end;
  }
  const isBlockText = page.format === 'yaml' && /[|>]/.test(text[start] ?? '') && node.kind === 'string';
  return isBlockText ? start + text.slice(start, end).trimEnd().length : end;
}

/** From the key to the end of the value; of an item, its value alone. */
export function childRange(page: Page, container: Container, index: number): Range {
  if (container.kind === 'array') {
    const item = container.items[index] as SyntaxNode;
    return { start: item.range.start, end: endOf(page, item) };
  }
  const { keyRange, value } = container.entries[index] as Entry;
  const colon = colonOf(page, keyRange.end);
  const end = endOf(page, value);
  return { start: keyRange.start, end: Math.max(end, colon === undefined ? keyRange.end : colon + 1) };
}

/** Offset of the colon behind a key; a key of YAML in braces may have none. */
export function colonOf({ code }: Page, keyEnd: number): number | undefined {
  const at = skipSpace(code, keyEnd);
  return code[at] === ':' ? at : undefined;
}

export function skipSpace(text: string, from: number): number {
  let i = from;
  while (i < text.length && /\s/.test(text[i] as string)) i++;
  return i;
}

const isBlank = (c: string | undefined): boolean => c === ' ' || c === '\t';

export function skipBlanks(text: string, from: number): number {
  let i = from;
  while (isBlank(text[i])) i++;
  return i;
}

/** Offset of the first of the blanks that end at `to`. */
export function blanksBefore(text: string, to: number): number {
  let i = to;
  while (i > 0 && isBlank(text[i - 1])) i--;
  return i;
}

export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Offset of the line end, or the length of the text. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

/** Behind the line end. */
export const nextLine = (text: string, offset: number): number => Math.min(lineEnd(text, offset) + 1, text.length);

/** What ends the lines of the text. */
export const newlineOf = (text: string): string => /\r?\n/.exec(text)?.[0] ?? '\n';

export const isBlankLine = (text: string, offset: number): boolean =>
  offset < text.length && text.slice(offset, lineEnd(text, offset)).trim() === '';

/** Whether a comment begins there. O(log comments). */
export function hasComment(page: Page, { start, end }: Range): boolean {
  const next = page.comments[commentsBefore(page, start)];
  return next !== undefined && next.range.start < end;
}

/** Whether a comment goes on at both sides of an offset. */
export function isInsideComment(page: Page, offset: number): boolean {
  const before = page.comments[commentsBefore(page, offset) - 1];
  return before !== undefined && before.range.end > offset;
}

/** How many comments begin before an offset. */
export function commentsBefore({ comments }: Page, offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle] as Comment).range.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
