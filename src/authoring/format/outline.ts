/** What a text says, without its layout: what formatting must keep. */
import type { Range } from '../../base/span.ts';
import { positionAt, type SourceText } from '../../base/text.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { commentsOf } from '../../language/syntax/comments.ts';
import { readSuppressions } from '../levels/suppressions.ts';

export interface Item {
  /** Equal where two items mean the same. */
  readonly sign: string;
  readonly range: Range;
}

export interface Outline {
  /** Keys and values, outermost first, in the order of the text. Lists of equal signs are of equal trees. */
  readonly values: readonly Item[];
  /** With the number of values before each that hold no others. */
  readonly comments: readonly Item[];
  /** With the numbers of the values in the line that each is about. */
  readonly suppressions: readonly Item[];
}

/** The format must have been loaded. O(length, and values per suppression). */
export function outlineOf(source: SourceText, root: SyntaxNode): Outline {
  const values: Item[] = [];
  addValues(root, values);
  return { values, comments: commentItems(source, values), suppressions: suppressionItems(source, values) };
}

/** Nesting is bounded by the parser. */
function addValues(node: SyntaxNode, into: Item[]): void {
  into.push({ sign: signOf(node), range: node.range });
  if (node.kind === 'array') for (const item of node.items) addValues(item, into);
  if (node.kind !== 'object') return;
  for (const { key, keyRange, value } of node.entries) {
    into.push({ sign: `key ${key}`, range: keyRange });
    addValues(value, into);
  }
}

function signOf(node: SyntaxNode): string {
  switch (node.kind) {
    case 'object':
      return `object ${node.entries.length}`;
    case 'array':
      return `array ${node.items.length}`;
    case 'number':
      return `number ${node.text}`;
    case 'null':
      return 'null';
    default:
      return `${node.kind} ${node.value}`;
  }
}

/**
 * What a comment may not be carried across. Keys are none: a comment between a key and its value goes before the key. A value
 * that is left out stands nowhere.
 */
const isFixed = ({ sign, range }: Item): boolean =>
  range.end > range.start && !/^(?:key|object [1-9]|array [1-9])/.test(sign);

function commentItems(source: SourceText, values: readonly Item[]): readonly Item[] {
  const fixed = values.filter(isFixed);
  let before = 0;
  return commentsOf(source).map(({ range }) => {
    // Behind the `|` of a block text a comment stands inside of what it is before.
    while ((fixed[before]?.range.end ?? Number.POSITIVE_INFINITY) <= range.start) before++;
    const lines = source.text.slice(range.start, range.end).split('\n');
    return { sign: `${before} ${lines.map((line) => line.trim()).join('\n')}`, range };
  });
}

function suppressionItems(source: SourceText, values: readonly Item[]): readonly Item[] {
  const { suppressions } = readSuppressions(source);
  if (suppressions.length === 0) return [];
  const byLine = new Map<number, number[]>();
  for (const [i, { range }] of values.entries()) {
    const { line } = positionAt(source, range.start);
    const there = byLine.get(line);
    if (there) there.push(i);
    else byLine.set(line, [i]);
  }
  return suppressions.map(({ name, range, line }) => {
    const about = typeof line === 'number' ? (byLine.get(line) ?? []).join() : line;
    return { sign: `${name} ${about}`, range };
  });
}
