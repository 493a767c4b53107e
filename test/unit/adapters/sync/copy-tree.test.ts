import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { copyTree } from '../../../../src/adapters/sync/copy-tree.ts';
import type { Tree } from '../../../../src/ir/workspace.ts';
import { differences, type Layout, layDown, treeAt } from '../../../support/sync/files.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
let count = 0;
function lay(layout: Layout): { readonly from: string; readonly to: string; readonly tree: Tree } {
  const folder = join(temp.path, `case${count++}`);
  layDown(join(folder, 'from'), layout);
  return { from: join(folder, 'from'), to: join(folder, 'made/to'), tree: treeAt(join(folder, 'from')) };
}

const layout: Layout = {
  a: 'a',
  empty: '',
  'run.sh': '#!/bin/sh',
  'd/e/f': 'f',
  'd/none': { folder: true },
  link: { link: '../anywhere' },
  'odd \xff\n': 'bytes',
  big: 'x'.repeat(3_000_001),
};

describe('a copy of a tree', () => {
  it('is the same by rsync, with times and rights, and counts what it copied', async () => {
    const one = lay(layout);
    spawnSync('touch', ['-d', '2001-02-03 04:05:06', join(one.from, 'a')]);
    chmodSync(join(one.from, 'a'), 0o6640);
    chmodSync(join(one.from, 'd'), 0o500);
    expect(await copyTree(one)).toEqual({ files: 6, bytes: 3_000_001 + 'a#!/bin/shfbytes'.length });
    expect(differences(one.from, one.to)).toBe('');
    const [from, to] = [one.from, one.to].map((root) => lstatSync(join(root, 'a')));
    expect([to?.mtimeMs, (to?.mode ?? 0) & 0o7777]).toEqual([from?.mtimeMs, 0o640]);
    expect(to?.nlink).toBe(1);
    expect(lstatSync(join(one.to, 'd')).mode & 0o7777).toBe(0o700);
  });

  it('shares nothing with it: neither side sees what is written to the other', async () => {
    const one = lay({ big: 'x'.repeat(200_000) });
    await copyTree(one);
    truncateSync(join(one.to, 'big'), 3);
    expect(lstatSync(join(one.from, 'big')).size).toBe(200_000);
    expect(lstatSync(join(one.from, 'big')).ino).not.toBe(lstatSync(join(one.to, 'big')).ino);
  });

  it('leaves out pipes, git, and what is not in the tree', async () => {
    const one = lay({ a: 'a', p: { fifo: true }, 'd/.git/config': 'x', b: 'b' });
    const tree = new Map([...one.tree, ['d/.git', { kind: 'folder' }] as const].filter(([path]) => path !== 'b'));
    expect(await copyTree({ ...one, tree })).toEqual({ files: 1, bytes: 1 });
    expect(readdirSync(one.to)).toEqual(['a', 'd']);
    expect(readdirSync(join(one.to, 'd'))).toEqual([]);
  });

  it('takes the place of what is there: files, folders, and links that are not followed', async () => {
    const one = lay({ a: 'a', 'd/x': 'x', l: { link: 'a' }, f: 'f' });
    const outside = temp.lay({ x: 'outside' });
    mkdirSync(one.to, { recursive: true });
    layDown(one.to, { a: 'old', 'f/was/a/folder': '', l: 'old', kept: 'kept' });
    symlinkSync(outside, join(one.to, 'd'));
    await copyTree(one);
    expect(readFileSync(join(one.to, 'kept'), 'utf8')).toBe('kept');
    unlinkSync(join(one.to, 'kept'));
    expect(differences(one.from, one.to)).toBe('');
    expect(readFileSync(join(outside, 'x'), 'utf8')).toBe('outside');
  });

  it.each<readonly [string, (from: string) => void]>([
    ['another content', (from) => writeFileSync(join(from, 'd/f'), 'F')],
    ['another size', (from) => writeFileSync(join(from, 'd/f'), 'ff')],
    ['nothing', (from) => unlinkSync(join(from, 'd/f'))],
    [
      'a link in its folder',
      (from) => {
        renameSync(join(from, 'd'), join(from, 'e'));
        symlinkSync('e', join(from, 'd'));
      },
    ],
    [
      'a pipe',
      (from) => {
        unlinkSync(join(from, 'd/f'));
        spawnSync('mkfifo', [join(from, 'd/f')]);
      },
    ],
    [
      'another link',
      (from) => {
        unlinkSync(join(from, 'l'));
        symlinkSync('y', join(from, 'l'));
      },
    ],
  ])('is refused where there is %s since', async (_, change) => {
    const one = lay({ 'd/f': 'f', l: { link: 'x' } });
    change(one.from);
    expect(await copyTree(one)).toMatchObject({ fault: { code: 'workspace_moved' } });
  });

  it('says what cannot be read, and where there is no room', async () => {
    const gone = lay({ a: 'a' });
    expect(await copyTree({ ...gone, from: join(gone.from, 'not') })).toMatchObject({
      fault: { code: 'workspace_unreadable' },
    });
    const file = lay({ a: 'a' });
    writeFileSync(join(temp.path, 'a-file'), '');
    expect(await copyTree({ ...file, to: join(temp.path, 'a-file') })).toMatchObject({
      fault: { code: 'workspace_unwritable' },
    });
    expect(existsSync(join(temp.path, 'a-file'))).toBe(true);
  });
});
