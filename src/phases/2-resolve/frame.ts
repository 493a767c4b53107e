import type { TreeNode } from '../../ir/tree.ts';
import type { Document } from './document-store.ts';
import { nounOf } from './noun.ts';
import type { Reference } from './references.ts';

/** One instance on the way from the root to where the walk is. */
export interface Frame {
  readonly node: TreeNode;
  readonly document: Document;
  readonly digest: string;
  /** What led here; undefined for the root. */
  readonly via: Reference | undefined;
  /** Index in the path of the root of the tree this is part of: the scenario, a `use` entry or a child template. */
  readonly base: number;
  /** Child templates belong to a manifest, not to its instances: the first instance resolves them. */
  readonly first: boolean;
  /** Index of the next reference of the document. */
  next: number;
}

/** The ends of a long list. Only what is shown is looked at. */
export const ends = (from: number, to: number, most: number): { readonly head: number; readonly tail: number } =>
  to - from <= most ? { head: to, tail: to } : { head: from + most / 2, tail: to - most / 2 };

/** "component `a` of `/b`", "`use.p` of `/`": what a reference of the top frame is for. Long paths lose their middle. */
export function describe(reference: Reference, path: readonly Frame[]): string {
  const base = path.at(-1)?.base ?? 0;
  const { head, tail } = ends(base + 1, path.length, 12);
  const names = [
    ...path.slice(base + 1, head).map(({ node }) => node.name),
    ...(head === tail ? [] : ['…']),
    ...path.slice(tail).map(({ node }) => node.name),
  ];
  const root = path[base]?.via;
  return `${nounOf(reference)} of \`/${names.join('/')}\`${root ? ` in ${nounOf(root)}` : ''}`;
}
