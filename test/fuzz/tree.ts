/** A manifest as a tree that can be cut and grafted, and still say things that no JSON value can. */
import { createSink } from '../../src/diagnostics/sink.ts';
import type { SyntaxNode } from '../../src/ir/syntax.ts';
import { parseSyntax } from '../../src/language/syntax/parse.ts';

export type Tree =
  | { kind: 'map'; entries: [string, Tree][] }
  | { kind: 'list'; items: Tree[] }
  | { kind: 'value'; value: string | number | boolean | null }
  /** Printed as it stands: `1e999`, `NaN`, `0x10`. */
  | { kind: 'raw'; text: string };

export const value = (it: string | number | boolean | null): Tree => ({ kind: 'value', value: it });
export const list = (...items: Tree[]): Tree => ({ kind: 'list', items });
export const map = (entries: Readonly<Record<string, Tree>>): Tree => ({
  kind: 'map',
  entries: Object.entries(entries),
});

/** Plain JSON as a tree. */
export function treeOf(json: unknown): Tree {
  if (Array.isArray(json)) return { kind: 'list', items: json.map(treeOf) };
  if (typeof json === 'object' && json !== null) {
    return { kind: 'map', entries: Object.entries(json).map(([key, item]) => [key, treeOf(item)]) };
  }
  return value(json as string | number | boolean | null);
}

export function copyTree(tree: Tree): Tree {
  if (tree.kind === 'map') return { kind: 'map', entries: tree.entries.map(([key, item]) => [key, copyTree(item)]) };
  if (tree.kind === 'list') return { kind: 'list', items: tree.items.map(copyTree) };
  return { ...tree };
}

/** Undefined for a text that does not parse. The format must have been loaded. */
export function parseTree(file: string, text: string): Tree | undefined {
  const node = parseSyntax({ file, text }, createSink());
  return node && fromSyntax(node);
}

function fromSyntax(node: SyntaxNode): Tree {
  switch (node.kind) {
    case 'object':
      return { kind: 'map', entries: node.entries.map((entry) => [entry.key, fromSyntax(entry.value)]) };
    case 'array':
      return { kind: 'list', items: node.items.map(fromSyntax) };
    case 'null':
      return value(null);
    case 'number':
      return { kind: 'raw', text: node.text };
    default:
      return value(node.value);
  }
}

/** A place in a tree: what stands there can be read, replaced and taken out. */
export interface Place {
  readonly parent: Extract<Tree, { kind: 'map' | 'list' }>;
  readonly at: number;
}

/** Every place below the root, outermost first. */
export function placesOf(root: Tree): readonly Place[] {
  const found: Place[] = [];
  const open: Tree[] = [root];
  for (const node of open) {
    if (node.kind !== 'map' && node.kind !== 'list') continue;
    const inner = childrenOf(node);
    for (const [at, child] of inner.entries()) {
      found.push({ parent: node, at });
      open.push(child);
    }
  }
  return found;
}

const childrenOf = (node: Place['parent']): readonly Tree[] =>
  node.kind === 'map' ? node.entries.map(([, item]) => item) : node.items;

export const treeAt = ({ parent, at }: Place): Tree => childrenOf(parent)[at] as Tree;

export function setAt({ parent, at }: Place, tree: Tree): void {
  if (parent.kind === 'map') (parent.entries[at] as [string, Tree])[1] = tree;
  else parent.items[at] = tree;
}

export function removeAt({ parent, at }: Place): void {
  (parent.kind === 'map' ? parent.entries : parent.items).splice(at, 1);
}

export function sizeOf(tree: Tree, limit: number): number {
  let size = 0;
  const open: Tree[] = [tree];
  for (let node = open.pop(); node && size < limit; node = open.pop()) {
    size++;
    if (node.kind === 'map' || node.kind === 'list') for (const child of childrenOf(node)) open.push(child);
  }
  return size;
}
