import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Applied, apply } from '../../../../src/adapters/sync/apply.ts';
import type { SyncFault } from '../../../../src/adapters/sync/fault.ts';
import { removeStaged, type Staged, stage } from '../../../../src/adapters/sync/stage.ts';
import type { Merge } from '../../../../src/ir/workspace.ts';
import { threeWay } from '../../../../src/plan/workspaces/three-way.ts';
import { contentOf, differences, type Layout, layDown, statsOf, treeAt } from '../../../support/sync/files.ts';
import { conflicting, laySides, type Sides } from '../../../support/sync/sides.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
let count = 0;
const fresh = (): string => join(temp.path, `case${count++}`);

const mergeOf = ({ base, target, copy }: Pick<Sides, 'base' | 'target' | 'copy'>): Merge =>
  threeWay(treeAt(base), treeAt(target), treeAt(copy), 'keep_local');

const staged = async (sides: Pick<Sides, 'target' | 'copy'>, merge: Merge): Promise<Staged> => {
  const done = await stage({ copyRoot: sides.copy, target: sides.target, merge, name: 'test' });
  if ('fault' in done) throw new Error(JSON.stringify(done.fault));
  return done.staged;
};
const applied = async (target: string, one: Staged, merge: Merge): Promise<Applied> => {
  const done = await apply({ target, staged: one, merge });
  if ('fault' in done) throw new Error(JSON.stringify(done.fault));
  return done;
};
const faultIn = (done: object): SyncFault => {
  expect(done).toHaveProperty('fault');
  return (done as { readonly fault: SyncFault }).fault;
};

/** Base and source are alike; the copy differs. */
function lay(before: Layout, after: Layout): Sides {
  const folder = fresh();
  const sides = {
    folder,
    base: join(folder, 'base'),
    target: join(folder, 'around/target'),
    copy: join(folder, 'copy'),
    wanted: '',
  };
  layDown(sides.base, before);
  layDown(sides.target, before);
  layDown(sides.copy, after);
  return sides;
}
const few: Layout = { a: 'a', b: 'b', 'd/c': 'c' };

describe('what a copy changed', () => {
  it('is written, and nothing else: every kind of change at once', async () => {
    const sides = laySides(fresh());
    const merge = mergeOf(sides);
    expect(merge.conflicts.map(({ path }) => path)).toEqual(conflicting);
    const before = statsOf(sides.target);
    const one = await staged(sides, merge);
    expect(statsOf(sides.target)).toBe(before);
    const { written, removed, conflicts } = await applied(sides.target, one, merge);
    expect(conflicts).toEqual([]);
    expect(differences(sides.wanted, sides.target)).toBe('');
    expect(contentOf(sides.target)).toBe(contentOf(sides.wanted));
    expect([...written, ...removed].sort()).toEqual(merge.changes.map(({ path }) => path).sort());
    removeStaged(one);
    expect(readdirSync(join(sides.folder, 'around'))).toEqual(['target']);
    // Pipes of the user are where they were, and those of the task nowhere.
    expect(lstatSync(join(sides.target, 'pipe')).isFIFO()).toBe(true);
    expect(existsSync(join(sides.target, 'task-pipe'))).toBe(false);
  });

  it('is applied again without a change, with the staging folder and without', async () => {
    const sides = laySides(fresh());
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    const first = await applied(sides.target, one, merge);
    const after = statsOf(sides.target);
    expect(await applied(sides.target, one, merge)).toEqual(first);
    removeStaged(one);
    removeStaged(one);
    expect(await applied(sides.target, one, merge)).toEqual(first);
    expect(statsOf(sides.target)).toBe(after);
  });

  it('003-C5.1 leaves inode, mtime and mode of everything else as they are', async () => {
    const sides = lay(
      { ...few, 'd/x.sh': '#!/bin/sh', l: { link: 'a' }, 'e/f': 'f' },
      { a: 'new', b: 'b', 'd/c': 'c', 'd/x.sh': '#!/bin/sh', l: { link: 'a' }, 'e/f': 'f', 'd/new': 'n' },
    );
    chmodSync(join(sides.target, 'b'), 0o640);
    chmodSync(join(sides.target, 'd'), 0o750);
    const linesOf = (): readonly string[] =>
      statsOf(sides.target)
        .split('\n')
        .filter((line) => !/^(a|d\/new) /.test(line));
    const before = linesOf();
    const merge = mergeOf(sides);
    await applied(sides.target, await staged(sides, merge), merge);
    expect(linesOf()).toEqual(before);
    expect(readFileSync(join(sides.target, 'a'), 'utf8')).toBe('new');
  });

  it('is nothing where only times changed', async () => {
    const sides = lay(few, few);
    spawnSync('touch', ['-d', '2001-01-01', join(sides.copy, 'a'), join(sides.copy, 'd')]);
    const merge = mergeOf(sides);
    expect(merge.changes).toEqual([]);
    const one = await staged(sides, merge);
    expect(one).toEqual({ folder: '' });
    expect(await applied(sides.target, one, merge)).toEqual({ written: [], removed: [], conflicts: [] });
    removeStaged(one);
  });
});

describe('rights', () => {
  it('of the executable bit travel, and others stay those of the source', async () => {
    const sides = lay({ x: '1', y: '#!1', z: '#!2' }, { x: '#!1', y: '1', z: '#!3', new: '#!' });
    chmodSync(join(sides.target, 'x'), 0o640);
    chmodSync(join(sides.target, 'y'), 0o755);
    chmodSync(join(sides.target, 'z'), 0o700);
    for (const name of ['x', 'z', 'new']) chmodSync(join(sides.copy, name), 0o6777);
    const merge = mergeOf(sides);
    await applied(sides.target, await staged(sides, merge), merge);
    const modes = ['x', 'y', 'z', 'new'].map((name) => (lstatSync(join(sides.target, name)).mode & 0o7777).toString(8));
    expect(modes).toEqual(['750', '644', '700', '755']);
  });

  it('that the user changed after the staging count', async () => {
    const sides = lay(few, { ...few, a: 'new' });
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    chmodSync(join(sides.target, 'a'), 0o600);
    await applied(sides.target, one, merge);
    expect(lstatSync(join(sides.target, 'a')).mode & 0o7777).toBe(0o600);
  });

  it('of a program that changes its user are lost with its bytes', async () => {
    const sides = lay({ a: '#!1' }, { a: '#!2' });
    chmodSync(join(sides.target, 'a'), 0o4755);
    const merge = mergeOf(sides);
    await applied(sides.target, await staged(sides, merge), merge);
    expect(lstatSync(join(sides.target, 'a')).mode & 0o7777).toBe(0o755);
  });

  it.runIf(process.geteuid?.() === 0)('of owners stay, for root in the folder of somebody else', async () => {
    const sides = lay(few, { a: 'new', 'd/c': 'c', new: 'n', 'e/f': 'f', l: { link: 'a' } });
    spawnSync('chown', ['-R', '51234:51235', sides.target]);
    const merge = mergeOf(sides);
    await applied(sides.target, await staged(sides, merge), merge);
    const owners = ['a', 'new', 'e', 'e/f', 'l'].map((name) => {
      const { uid, gid } = lstatSync(join(sides.target, name));
      return [uid, gid];
    });
    expect(new Set(owners.map(String))).toEqual(new Set(['51234,51235']));
  });
});

describe('a user who edits between staging and applying', () => {
  const edits: Readonly<Record<string, readonly [(at: (name: string) => string) => void, string]>> = {
    'writes to a file': [(at) => writeFileSync(at('a'), 'mine'), 'a'],
    'writes to a file that was to go': [(at) => writeFileSync(at('b'), 'mine'), 'b'],
    'replaces a file by another': [
      (at) => {
        writeFileSync(at('t'), 'mine');
        renameSync(at('t'), at('a'));
      },
      'a',
    ],
    'removes a file': [(at) => unlinkSync(at('a')), 'a'],
    'makes a folder of it': [
      (at) => {
        unlinkSync(at('a'));
        mkdirSync(at('a'));
        writeFileSync(at('a/x'), 'mine');
      },
      'a',
    ],
    'makes a link of it': [
      (at) => {
        unlinkSync(at('a'));
        symlinkSync('/etc/passwd', at('a'));
      },
      'a',
    ],
    'makes what was to be made': [(at) => writeFileSync(at('new'), 'mine'), 'new'],
    'makes a pipe there': [(at) => spawnSync('mkfifo', [at('new')]), 'new'],
    'makes it executable': [(at) => chmodSync(at('a'), 0o755), 'a'],
    'puts a link in the place of a folder': [
      (at) => {
        rmSync(at('d'), { recursive: true });
        symlinkSync('/tmp', at('d'));
      },
      'd/c',
    ],
  };
  it.each(Object.entries(edits))('%s: keeps it, and gets the rest', async (_, [edit, path]) => {
    const sides = lay({ ...few, other: '1' }, { a: 'new', 'd/c': 'new', other: '2', new: 'n' });
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    edit((name) => join(sides.target, name));
    const mine = statsOf(sides.target)
      .split('\n')
      .filter((line) => line.startsWith(`${path} `));
    const { conflicts } = await applied(sides.target, one, merge);
    expect(conflicts.map((conflict) => conflict.path)).toEqual([path]);
    expect(conflicts[0]?.resolution).toBe('pending');
    expect(
      statsOf(sides.target)
        .split('\n')
        .filter((line) => line.startsWith(`${path} `)),
    ).toEqual(mine);
    expect(readFileSync(join(sides.target, 'other'), 'utf8')).toBe('2');
  });

  it('does the same: nothing is lost, and it is no conflict', async () => {
    const sides = lay(few, { a: 'new', 'd/c': 'c', e: 'e' });
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    writeFileSync(join(sides.target, 'a'), 'new');
    writeFileSync(join(sides.target, 'e'), 'e');
    unlinkSync(join(sides.target, 'b'));
    const before = statsOf(sides.target);
    expect((await applied(sides.target, one, merge)).conflicts).toEqual([]);
    expect(statsOf(sides.target)).toBe(before);
  });

  it('adds to a folder that was to go, or to become a file', async () => {
    const sides = lay({ 'go/a': '1', 'file/a': '1', 'x/y': '1', z: '1' }, { file: 'f', z: '1' });
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    writeFileSync(join(sides.target, 'go/mine'), 'mine');
    writeFileSync(join(sides.target, 'file/mine'), 'mine');
    const { conflicts, removed } = await applied(sides.target, one, merge);
    expect(conflicts.map(({ path, kind }) => [path, kind])).toEqual([['file', 'type']]);
    expect(removed).toEqual(['go/a', 'x', 'x/y']);
    expect(readdirSync(join(sides.target, 'file'))).toEqual(['a', 'mine']);
    expect(readdirSync(join(sides.target, 'go'))).toEqual(['mine']);
  });

  it('edits a file that was to become a folder: one conflict for all that was to be in it', async () => {
    const sides = lay({ a: '1', b: '1' }, { 'a/x': '1', 'a/y/z': '1', b: '2' });
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    writeFileSync(join(sides.target, 'a'), 'mine');
    const { conflicts, written } = await applied(sides.target, one, merge);
    expect(conflicts.map(({ path, kind }) => [path, kind])).toEqual([['a', 'type']]);
    expect(written).toEqual(['b']);
  });
});

describe('a user who edits what was applied, before it is applied again', () => {
  it('has the last word: what was put back stays, and so does what was removed', async () => {
    const sides = lay(few, { ...few, a: 'new', new: 'n' });
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    await applied(sides.target, one, merge);
    writeFileSync(join(sides.target, 'a'), 'a');
    unlinkSync(join(sides.target, 'new'));
    const { conflicts, written } = await applied(sides.target, one, merge);
    expect([conflicts.map(({ path }) => path), written]).toEqual([['a', 'new'], []]);
    expect([readFileSync(join(sides.target, 'a'), 'utf8'), existsSync(join(sides.target, 'new'))]).toEqual([
      'a',
      false,
    ]);
  });
});

describe('a hostile copy', () => {
  it('that was changed after its snapshot stages nothing', async () => {
    const changes: readonly ((copy: string) => void)[] = [
      (copy) => writeFileSync(join(copy, 'd/c'), 'NEW'),
      (copy) => writeFileSync(join(copy, 'd/c'), 'longer than that'),
      (copy) => chmodSync(join(copy, 'd/c'), 0o755),
      (copy) => unlinkSync(join(copy, 'd/c')),
      (copy) => {
        unlinkSync(join(copy, 'd/c'));
        symlinkSync('/etc/passwd', join(copy, 'd/c'));
      },
      (copy) => {
        unlinkSync(join(copy, 'd/c'));
        spawnSync('mkfifo', [join(copy, 'd/c')]);
      },
      (copy) => {
        renameSync(join(copy, 'd'), join(copy, 'e'));
        symlinkSync('e', join(copy, 'd'));
      },
      (copy) => {
        rmSync(join(copy, 'd'), { recursive: true });
        writeFileSync(join(copy, 'd'), '');
      },
    ];
    for (const change of changes) {
      const sides = lay(few, { a: 'a', b: 'b', 'd/c': 'new' });
      const merge = mergeOf(sides);
      const before = statsOf(sides.target);
      change(sides.copy);
      const fault = faultIn(await stage({ copyRoot: sides.copy, target: sides.target, merge, name: 'test' }));
      expect([fault.code, fault.path]).toEqual(['workspace_moved', 'd/c']);
      expect(readdirSync(join(sides.folder, 'around'))).toEqual(['target']);
      expect(statsOf(sides.target)).toBe(before);
    }
  });

  it('that holds a second name of a file cannot write to the source afterwards', async () => {
    const sides = lay(few, { ...few, a: 'new' });
    linkSync(join(sides.copy, 'a'), join(sides.folder, 'second'));
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    await applied(sides.target, one, merge);
    removeStaged(one);
    writeFileSync(join(sides.folder, 'second'), 'changed later');
    expect(readFileSync(join(sides.target, 'a'), 'utf8')).toBe('new');
    expect(lstatSync(join(sides.target, 'a')).nlink).toBe(1);
  });

  it.each(['.git/hooks/post-checkout', 'sub/.git', 'sub/.GIT/config'])('never writes %j', async (path) => {
    const sides = lay(few, few);
    const becomes = { kind: 'file', executable: true, size: 0, hash: '' } as const;
    const merge: Merge = { changes: [{ path, was: undefined, becomes }], conflicts: [] };
    expect(faultIn(await stage({ copyRoot: sides.copy, target: sides.target, merge, name: 'test' })).code).toBe(
      'workspace_git_path',
    );
    expect(faultIn(await apply({ target: sides.target, staged: { folder: '/nowhere' }, merge })).code).toBe(
      'workspace_git_path',
    );
  });

  it.each(['../out', 'd/../../out', './a', '', 'd//c', 'd/'])('has no path such as %j', async (path) => {
    const sides = lay(few, few);
    layDown(join(sides.folder, 'around'), { out: 'outside' });
    const merge: Merge = { changes: [{ path, was: treeAt(sides.copy).get('a'), becomes: undefined }], conflicts: [] };
    const one = await stage({ copyRoot: sides.copy, target: sides.target, merge, name: 'test' });
    const folder = 'staged' in one ? one.staged.folder : '';
    expect(faultIn(await apply({ target: sides.target, staged: { folder }, merge })).code).toBe('workspace_bad_path');
    expect(existsSync(join(sides.folder, 'around/out'))).toBe(true);
  });

  it('that was emptied changes nothing', async () => {
    const sides = lay(few, {});
    const merge = mergeOf(sides);
    expect(merge.suspicious).toEqual({ files: 3, gone: 3 });
    const fault = faultIn(await stage({ copyRoot: sides.copy, target: sides.target, merge, name: 'test' }));
    expect(fault.code).toBe('suspicious_deletion');
    expect(
      faultIn(
        await apply({
          target: sides.target,
          staged: { folder: '' },
          merge: { ...merge, changes: [{ path: 'a', was: treeAt(sides.target).get('a'), becomes: undefined }] },
        }),
      ).code,
    ).toBe('suspicious_deletion');
    expect(readdirSync(sides.target)).toEqual(['a', 'b', 'd']);
  });
});

describe('the staging folder', () => {
  it('is of its user alone, beside the target', async () => {
    const sides = lay(few, { ...few, a: 'new' });
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    expect(one.folder).toBe(join(sides.folder, 'around/.headgate-staging-test'));
    expect(lstatSync(one.folder).mode & 0o7777).toBe(0o700);
  });

  it.each(['a/b', '..', 'x'.repeat(300), 'a b', ''])('has a name of its own for %j', async (name) => {
    const sides = lay(few, { ...few, a: 'new' });
    const done = await stage({ copyRoot: sides.copy, target: sides.target, merge: mergeOf(sides), name });
    if ('fault' in done) throw new Error(done.fault.message);
    expect(done.staged.folder).toMatch(/around\/\.headgate-staging-(\.\.|[0-9a-f]{32})$/);
  });

  it('of an earlier time is replaced; what is not ours is left alone', async () => {
    const sides = lay(few, { ...few, a: 'new' });
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    writeFileSync(join(one.folder, 'left'), '');
    expect(readdirSync((await staged(sides, merge)).folder)).toEqual(['new-0']);
    removeStaged(one);
    symlinkSync('/tmp', one.folder);
    expect(faultIn(await stage({ copyRoot: sides.copy, target: sides.target, merge, name: 'test' })).code).toBe(
      'workspace_staging_foreign',
    );
    unlinkSync(one.folder);
    mkdirSync(one.folder, { mode: 0o755 });
    expect(faultIn(await stage({ copyRoot: sides.copy, target: sides.target, merge, name: 'test' })).code).toBe(
      'workspace_staging_foreign',
    );
    expect(existsSync(one.folder)).toBe(true);
  });

  it('that is gone with what it held is a fault, and nothing is changed', async () => {
    const sides = lay(few, { ...few, a: 'new' });
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    removeStaged(one);
    const before = statsOf(sides.target);
    expect(faultIn(await apply({ target: sides.target, staged: one, merge })).code).toBe('workspace_staging_gone');
    expect(statsOf(sides.target)).toBe(before);
  });
});

describe('a folder that is to make room for a file', () => {
  const before: Layout = { 'd/a': 'a', 'd/in/b': 'b', other: '1' };
  const merged = async (sides: Sides) => {
    const merge = mergeOf(sides);
    const one = await staged(sides, merge);
    return { merge, one };
  };

  it('and holds what nobody looked at, is left whole, and named with that', async () => {
    const sides = lay(before, { d: 'file', other: '2' });
    const { merge, one } = await merged(sides);
    layDown(sides.target, { 'd/in/private.log': 'ignored' });
    const done = await applied(sides.target, one, merge);
    expect(done).toMatchObject({ written: ['other'], removed: [] });
    expect(done.conflicts).toMatchObject([
      { path: 'd', kind: 'type', resolution: 'pending', held: 'd/in/private.log' },
    ]);
    expect(readFileSync(join(sides.target, 'd/a'), 'utf8')).toBe('a');
    expect(readFileSync(join(sides.target, 'd/in/b'), 'utf8')).toBe('b');
    // Once it is away, the same merge goes in.
    rmSync(join(sides.target, 'd/in/private.log'));
    expect(await applied(sides.target, one, merge)).toMatchObject({ conflicts: [] });
    expect(readFileSync(join(sides.target, 'd'), 'utf8')).toBe('file');
  });

  it('gets back what an earlier process had removed, where something came into it since', async () => {
    const sides = lay(before, { d: 'file', other: '1' });
    const { merge, one } = await merged(sides);
    const index = merge.changes.findIndex(({ path }) => path === 'd/in/b');
    renameSync(join(sides.target, 'd/in/b'), join(one.folder, `old-${index}`));
    layDown(sides.target, { 'd/late': 'mine' });
    const done = await applied(sides.target, one, merge);
    expect(done).toMatchObject({ written: [], removed: [], conflicts: [{ path: 'd', held: 'd/late' }] });
    expect(readFileSync(join(sides.target, 'd/in/b'), 'utf8')).toBe('b');
  });

  it('keeps all of it where one of its files was edited meanwhile', async () => {
    const sides = lay(before, { d: 'file', other: '1' });
    const { merge, one } = await merged(sides);
    writeFileSync(join(sides.target, 'd/a'), 'mine');
    const done = await applied(sides.target, one, merge);
    expect(done).toMatchObject({ written: [], removed: [], conflicts: [{ path: 'd', kind: 'type' }] });
    expect(readFileSync(join(sides.target, 'd/a'), 'utf8')).toBe('mine');
    expect(readFileSync(join(sides.target, 'd/in/b'), 'utf8')).toBe('b');
  });
});
