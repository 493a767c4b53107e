import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { takeSnapshot } from '../../../../../src/adapters/sync/snapshot.ts';
import type { Tree } from '../../../../../src/ir/workspace.ts';
import { foundIn, listed } from '../../../../support/sync/found.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const git = (root: string, ...args: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root });

async function treeOf(root: string, kind: 'dir' | 'git_worktree' = 'dir', exclude: string[] = []): Promise<Tree> {
  const taken = await takeSnapshot({ root, kind, exclude });
  if ('fault' in taken) throw new Error(taken.fault.message);
  return taken.tree;
}

/** Whatever way it is asked, it says the same, and nothing of what it does not hold. */
function agrees(tree: Tree, wanted: ReadonlyMap<string, unknown>): void {
  expect(listed(tree)).toEqual(listed(wanted as Tree));
  expect(tree.size).toBe(wanted.size);
  const paths = [...tree.keys()];
  expect([...tree.values()]).toEqual(paths.map((path) => wanted.get(path)));
  const called: unknown[] = [];
  tree.forEach((entry, path, self) => void called.push([path, entry, self === tree]));
  expect(called).toEqual(paths.map((path) => [path, wanted.get(path), true]));
  // In an order in which no folder is asked for twice in a row.
  for (const path of [
    ...paths,
    ...paths.toReversed(),
    ...paths.toSorted((a, b) => ((a.at(-1) ?? '') < (b.at(-1) ?? '') ? -1 : 1)),
  ]) {
    expect(tree.get(path)).toEqual(wanted.get(path));
    expect(tree.has(path)).toBe(true);
    for (const none of [`${path}/`, `${path}/none`, `${path}0`, `/${path}`, path.slice(0, -1)])
      if (!wanted.has(none)) expect([tree.get(none), tree.has(none)]).toEqual([undefined, false]);
  }
  expect([tree.get(''), tree.has('/')]).toEqual([undefined, false]);
}

describe('003-C5.1 the tree of a snapshot', () => {
  it('says the same whatever way it is asked', async () => {
    const files: Record<string, string> = {
      a: '1',
      'a-b': '2',
      '0/a-b/x': '3',
      '0/a/x': '4',
      '0/a.c': '',
      '\xe9/%41\n': '5',
    };
    // More folders than are kept open, some in others.
    for (let i = 0; i < 90; i++) files[`many/d${i}/${i % 2 ? 'deep/' : ''}f`] = String(i);
    const root = temp.lay(files);
    chmodSync(join(root, 'a'), 0o755);
    for (const [name, target] of [
      ['l1', 'a'],
      ['b', '0/a'],
      ['0/zz', '../a'],
      ['0/aa', 'a'],
    ] as const)
      symlinkSync(target, join(root, name));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    agrees(await treeOf(root), foundIn(root));
  });

  it('is empty where nothing is', async () => {
    agrees(await treeOf(temp.lay({})), new Map());
  });

  it('holds what is tracked although it is ignored, in its place, and what is excluded not', async () => {
    const root = temp.lay({
      '.gitignore': '*.log\nout/\n',
      'b.log': 'kept',
      'a.txt': '1',
      'c.log': 'ignored',
      'out/x': 'kept',
      'out/y': 'no',
      'tmp/z': 'no',
      'd/e.log': '2',
    });
    git(root, 'init', '-q');
    git(root, 'add', '-f', '.gitignore', 'b.log', 'a.txt', 'out/x');
    const wanted = new Map(foundIn(root));
    for (const path of ['c.log', 'out/y', 'tmp', 'tmp/z', 'd/e.log']) wanted.delete(path);
    const tree = await treeOf(root, 'git_worktree', ['tmp']);
    agrees(tree, wanted);
    expect([...tree.keys()]).toEqual(['.gitignore', 'a.txt', 'b.log', 'd', 'out', 'out/x']);
  });

  it('does not hold what came after it', async () => {
    const root = temp.lay({ 'd/a': '1' });
    const tree = await treeOf(root);
    writeFileSync(join(root, 'd/b'), '2');
    expect([...tree.keys()]).toEqual(['d', 'd/a']);
  });
});
