/** Merges are what a second one says that goes another way, can be done in their order, and lose nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConflictPolicy, conflictPolicies } from '../../src/ir/plan-workspace-schema.ts';
import type { BytePath, Change, Merge, Tree, TreeEntry } from '../../src/ir/workspace.ts';
import { parentOf } from '../../src/ir/workspace-entry.ts';
import { threeWay } from '../../src/plan/workspaces/three-way.ts';
import { type Folder, modelMerge, treeOf } from '../support/sync/model.ts';
import { edited, randomFolder } from '../support/sync/random-tree.ts';

/** One more file on all sides, so that no copy counts as emptied. */
const kept: Folder = { zz: { kind: 'file', executable: false, size: 9, hash: 'kept'.padEnd(64, '0') } };

const sides = (withOthers: boolean): fc.Arbitrary<readonly [Folder, Folder, Folder]> => {
  const folder = randomFolder(withOthers);
  const choices = fc.array(fc.nat(3), { minLength: 8, maxLength: 8 });
  return fc.tuple(folder, folder, folder, choices, choices).map(([base, local, remote, one, two]) => [
    { ...base, ...kept },
    { ...edited(base, local, one), ...kept },
    { ...edited(base, remote, two), ...kept },
  ]);
};
const policies = fc.constantFrom<ConflictPolicy>(...conflictPolicies);

/** As a file system would: refuses what cannot be done. */
function done(local: Tree, changes: readonly Change[]): Tree {
  const tree = new Map(local);
  const inside = (path: BytePath): boolean => [...tree.keys()].some((one) => one.startsWith(`${path}/`));
  for (const { path, was, becomes } of changes) {
    expect(tree.get(path), path).toEqual(was);
    const above = parentOf(path);
    if (above !== '') expect(tree.get(above)?.kind, path).toBe('folder');
    if (was?.kind === 'folder') expect(inside(path), path).toBe(false);
    if (becomes) tree.set(path, becomes);
    else tree.delete(path);
  }
  return tree;
}

const asObject = (tree: Tree): Readonly<Record<string, TreeEntry>> => Object.fromEntries([...tree].sort());
const merged = (folders: readonly [Folder, Folder, Folder], policy: ConflictPolicy): readonly [Merge, Tree] => {
  const [base, local, remote] = folders.map(treeOf) as [Tree, Tree, Tree];
  const merge = threeWay(base, local, remote, policy);
  // Whole copies that were lost are another matter, and few.
  fc.pre(merge.suspicious === undefined);
  return [merge, done(local, merge.changes)];
};

const runs = { numRuns: 2000 };

describe('a merge', () => {
  it('is what a model that knows no paths makes of it, in every policy', () => {
    fc.assert(
      fc.property(sides(false), policies, (folders, policy) => {
        const [{ conflicts }, result] = merged(folders, policy);
        const model = modelMerge(...folders, policy);
        expect(asObject(result)).toEqual(asObject(treeOf(model.result)));
        expect(conflicts.map(({ path }) => path).sort()).toEqual(model.conflicts);
        const resolution = { keep_local: 'pending', local_wins: 'local', remote_wins: 'remote' }[policy];
        expect(conflicts.every((one) => one.resolution === resolution)).toBe(true);
      }),
      runs,
    );
  });

  it('writes a path once, first what is made and then what goes', () => {
    fc.assert(
      fc.property(sides(true), policies, (folders, policy) => {
        const [{ changes }] = merged(folders, policy);
        expect(new Set(changes.map(({ path }) => path)).size).toBe(changes.length);
        const isLast = changes.map(({ was, becomes }) => becomes === undefined || was?.kind === 'folder');
        expect(isLast).toEqual([...isLast].sort());
      }),
      runs,
    );
  });

  it('never writes what is other, and never removes it', () => {
    fc.assert(
      fc.property(sides(true), policies, (folders, policy) => {
        const [, result] = merged(folders, policy);
        const others = (tree: Tree): readonly BytePath[] =>
          [...tree].filter(([, { kind }]) => kind === 'other').map(([path]) => path);
        expect([...others(result)].sort()).toEqual([...others(treeOf(folders[1]))].sort());
      }),
      runs,
    );
  });

  it('keeps what the source added or changed, unless the copy is to win', () => {
    fc.assert(
      fc.property(sides(true), fc.constantFrom<ConflictPolicy>('keep_local', 'local_wins'), (folders, policy) => {
        const [, result] = merged(folders, policy);
        const [base, local] = folders.map(treeOf) as [Tree, Tree, Tree];
        for (const [path, entry] of local)
          if (JSON.stringify(entry) !== JSON.stringify(base.get(path)) && entry.kind !== 'folder')
            expect(result.get(path), path).toEqual(entry);
      }),
      runs,
    );
  });

  it('that was done leaves nothing to do', () => {
    fc.assert(
      fc.property(sides(false), (folders) => {
        const [base, , remote] = folders.map(treeOf) as [Tree, Tree, Tree];
        const [, result] = merged(folders, 'remote_wins');
        const again = threeWay(base, result, remote, 'remote_wins');
        expect(again.changes.filter(({ becomes }) => becomes !== undefined)).toEqual([]);
      }),
      runs,
    );
  });

  it('of sides that changed alike is nothing', () => {
    fc.assert(
      fc.property(sides(false), policies, ([base, local], policy) => {
        const merge = threeWay(treeOf(base), treeOf(local), treeOf(local), policy);
        fc.pre(merge.suspicious === undefined);
        expect(merge).toEqual({ changes: [], conflicts: [] });
      }),
      runs,
    );
  });
});
