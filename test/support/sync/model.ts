/**
 * A second merge, for comparison: over nested folders, by definition and not by paths. It says nothing of the order of changes, and knows
 * nothing of `other`.
 */
import type { ConflictPolicy } from '../../../src/ir/plan-workspace-schema.ts';
import type { Tree, TreeEntry } from '../../../src/ir/workspace.ts';

export type Leaf = Exclude<TreeEntry, { readonly kind: 'folder' }>;
export interface Folder {
  readonly [name: string]: Node;
}
export type Node = Leaf | { readonly in: Folder };
type Side = Node | undefined;

const isFolder = (node: Side): node is { readonly in: Folder } => node !== undefined && 'in' in node;

export function treeOf(folder: Folder): Tree {
  const tree = new Map<string, TreeEntry>();
  const add = (at: string, { in: inside }: { readonly in: Folder }): void => {
    for (const name of Object.keys(inside).sort()) {
      const node = inside[name] as Node;
      if (isFolder(node)) {
        tree.set(at + name, { kind: 'folder' });
        add(`${at}${name}/`, node);
      } else tree.set(at + name, node);
    }
  };
  add('', { in: folder });
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const same = (a: Side, b: Side): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
function sorted(node: Side): unknown {
  if (!isFolder(node)) return node;
  return {
    in: Object.fromEntries(
      Object.entries(node.in)
        .sort()
        .map(([name, one]) => [name, sorted(one)]),
    ),
  };
}

export interface ModelMerge {
  readonly result: Folder;
  readonly conflicts: readonly string[];
}

export function modelMerge(base: Folder, local: Folder, remote: Folder, policy: ConflictPolicy): ModelMerge {
  const conflicts: string[] = [];
  const decided = (path: string, l: Side, r: Side): Side => {
    conflicts.push(path);
    return policy === 'remote_wins' ? r : l;
  };
  const each = (path: string, b: Side, l: Side, r: Side): Folder => {
    const [inB, inL, inR] = [b, l, r].map((side) => (isFolder(side) ? side.in : {})) as [Folder, Folder, Folder];
    const names = [...new Set([inB, inL, inR].flatMap(Object.keys))].sort();
    const result: Record<string, Node> = {};
    for (const name of names) {
      const node = merge(path === '' ? name : `${path}/${name}`, inB[name], inL[name], inR[name]);
      if (node !== undefined) result[name] = node;
    }
    return result;
  };
  const merge = (path: string, b: Side, l: Side, r: Side): Side => {
    if (same(r, b) || same(l, r)) return l;
    if (same(l, b)) return r;
    if (isFolder(l) && isFolder(r)) return { in: each(path, b, l, r) };
    if (isFolder(b) && l === undefined && isFolder(r)) {
      const inside = each(path, b, l, r);
      return Object.keys(inside).length > 0 ? { in: inside } : undefined;
    }
    if (isFolder(b) && isFolder(l) && r === undefined) {
      const inside = each(path, b, l, r);
      return Object.keys(inside).length > 0 ? { in: inside } : undefined;
    }
    // What the copy only removed from a folder that is none any more is gone already.
    if (isFolder(b) && isFolder(r) && !isFolder(l)) {
      const before = conflicts.length;
      const inside = each(path, b, undefined, r);
      const isNothing = conflicts.length === before && Object.keys(inside).length === 0;
      conflicts.length = before;
      if (isNothing) return l;
    }
    return decided(path, l, r);
  };
  return { result: each('', { in: base }, { in: local }, { in: remote }), conflicts: conflicts.sort() };
}
