/** Whatever a program left in a folder, its owner gets rid of it, as root and as somebody without rights. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeTree } from '../../../../src/adapters/files/remove-tree.ts';
import { isRoot, ownedByUser, user } from '../../../support/run/as-user.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
let count = 0;

/** Of those who made it: ids of this process are set for the time of the work, since rights come from them. */
function as<T>(who: 'root' | 'user', work: () => T): T {
  if (who === 'root' || process.seteuid === undefined || !isRoot) return work();
  process.seteuid(user);
  try {
    return work();
  } finally {
    process.seteuid(0);
  }
}

/** With Python, which goes into folders one by one, as `who`. */
function make(who: 'root' | 'user', folder: string, script: string): void {
  const ids = who === 'user' && isRoot ? { uid: user, gid: user } : {};
  const { status, stderr } = spawnSync('python3', ['-c', `import os\n${script}`], { cwd: folder, ...ids });
  expect([status, String(stderr)]).toEqual([0, '']);
}

const deep = `
for _ in range(200):
    os.mkdir('d' * 200); os.chdir('d' * 200)
    open('x', 'w').close()`;

describe.each(isRoot ? (['root', 'user'] as const) : (['user'] as const))('as %s', (who) => {
  const folderOf = (): string => {
    const around = ownedByUser(temp.path, `around${count++}`);
    return as(who, () => {
      mkdirSync(join(around, 'tree'));
      return join(around, 'tree');
    });
  };
  const gone = (folder: string): void => {
    as(who, () => removeTree(folder));
    expect(existsSync(folder)).toBe(false);
  };

  it('files, folders and links, of which none is followed', () => {
    const folder = folderOf();
    const other = temp.lay({ 'a/kept': '' });
    as(who, () => {
      mkdirSync(join(folder, 'a/b/c'), { recursive: true });
      mkdirSync(join(folder, '0/1/0'), { recursive: true });
      for (const name of ['x', 'a/x', 'a/b/c/x', '0/1/0/x', '0/1/x']) writeFileSync(join(folder, name), 'x');
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe])]), 'no UTF-8');
      for (const name of ['link', 'a/link', 'a/b/link']) symlinkSync(other, join(folder, name));
    });
    gone(folder);
    expect(readdirSync(other, { recursive: true })).toEqual(['a', 'a/kept']);
  });

  it('folders in folders that no path is long enough for', () => {
    const folder = folderOf();
    make(who, folder, deep);
    gone(folder);
  });

  it('folders that it took all rights to, itself among them', () => {
    const folder = folderOf();
    as(who, () => {
      mkdirSync(join(folder, 'a/b/c'), { recursive: true });
      writeFileSync(join(folder, 'a/b/x'), '');
      for (const name of ['a/b/c', 'a/b', 'a', '']) chmodSync(join(folder, name), 0);
    });
    gone(folder);
  });

  it('one that is not there', () => gone(join(folderOf(), 'none')));
});

it('a link in its place is not followed', () => {
  const top = temp.lay({ 'victim/kept': '' });
  symlinkSync('victim', join(top, 'tree'));
  expect(() => removeTree(join(top, 'tree'))).toThrow(/ENOTDIR|ELOOP/);
  expect(readdirSync(join(top, 'victim'))).toEqual(['kept']);
});
