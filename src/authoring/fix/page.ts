/** One text as the planners of edits see it: its tree, where everything stands, and the text without comments. */
import { memoized } from '../../base/memo.ts';
import type { Range } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import { createSink } from '../../diagnostics/sink.ts';
import type { ArrayNode, Entry, ObjectNode, StringNode, SyntaxNode } from '../../ir/syntax.ts';
import { type Comment, commentsOf } from '../../language/syntax/comments.ts';
import { type Format, formatOf, parseSyntax } from '../../language/syntax/parse.ts';

export type Container = ObjectNode | ArrayNode;

/** An entry of an object, or an item of an array. */
export interface Child {
  readonly container: Container;
  readonly index: number;
}

/** A string value, or the key of an entry. */
export type TextSpot = { readonly node: StringNode } | { readonly entry: Entry; readonly container: ObjectNode };

export interface Page {
  readonly source: SourceText;
  readonly format: Format;
  readonly root: SyntaxNode;
  readonly text: string;
  /** The text with blanks where comments are; lines and offsets are the same. */
  readonly code: string;
  readonly comments: readonly Comment[];
  /** By range; what stands there more than once (the inside of an alias) can be told from nothing. */
  readonly children: ReadonlyMap<string, readonly Child[]>;
  readonly texts: ReadonlyMap<string, readonly TextSpot[]>;
  readonly objects: ReadonlyMap<string, readonly ObjectNode[]>;
  readonly parents: ReadonlyMap<SyntaxNode, Child>;
}

/** Undefined for a text that does not parse. The format must have been loaded. */
export const pageOf: (source: SourceText) => Page | undefined = memoized((source) => {
  const root = parseSyntax(source, createSink());
  return root && readPage(source, root);
});

export const rangeKey = ({ start, end }: Range): string => `${start}:${end}`;

export const childCount = (container: Container): number =>
  container.kind === 'object' ? container.entries.length : container.items.length;

function readPage(source: SourceText, root: SyntaxNode): Page {
  const comments = commentsOf(source);
  const children = new Map<string, Child[]>();
  const texts = new Map<string, TextSpot[]>();
  const objects = new Map<string, ObjectNode[]>();
  const parents = new Map<SyntaxNode, Child>();
  const open: SyntaxNode[] = [root];
  const meet = (node: SyntaxNode, child: Child): void => {
    parents.set(node, child);
    open.push(node);
  };
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.kind === 'string') add(texts, node.range, { node });
    if (node.kind === 'object') {
      add(objects, node.range, node);
      for (const [index, entry] of node.entries.entries()) {
        add(children, entry.keyRange, { container: node, index });
        add(texts, entry.keyRange, { entry, container: node });
        meet(entry.value, { container: node, index });
      }
    }
    if (node.kind === 'array') {
      for (const [index, item] of node.items.entries()) {
        add(children, item.range, { container: node, index });
        meet(item, { container: node, index });
      }
    }
  }
  const code = withoutComments(source.text, comments);
  return {
    source,
    format: formatOf(source),
    root,
    text: source.text,
    code,
    comments,
    children,
    texts,
    objects,
    parents,
  };
}

function add<T>(lists: Map<string, T[]>, range: Range, item: T): void {
  const key = rangeKey(range);
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

function withoutComments(text: string, comments: readonly Comment[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { range } of comments) {
    parts.push(text.slice(from, range.start), text.slice(range.start, range.end).replace(/[^\r\n]/g, ' '));
    from = range.end;
  }
  return [...parts, text.slice(from)].join('');
}

/** Keys and indexes from the root. */
export function pathOf({ parents }: Page, node: SyntaxNode): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (let child = parents.get(node); child; child = parents.get(child.container)) {
    const { container, index } = child;
    path.unshift(container.kind === 'object' ? (container.entries[index] as Entry).key : index);
  }
  return path;
}
