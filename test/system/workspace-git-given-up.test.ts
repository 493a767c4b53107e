/** What was given up in the middle of a finalize: branch, index and files are as they were, or it is said what stays. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importFrom } from '../../src/adapters/sync/git/import.ts';
import { moveBack } from '../../src/adapters/sync/git/move-back.ts';
import { copied, source } from '../support/git-copies.ts';
import { commit, fsck, git, headOf, status, write } from '../support/git-fixture.ts';

describe('a branch that an import has moved', () => {
  const moved = async () => {
    const what = await copied(source());
    write(what.source, { 'dir/b.txt': 'edited by me\n' });
    const before = [headOf(what.source), status(what.source)];
    commit(what.copy, { 'a.txt': 'task\n', 'new.txt': 'n\n' });
    const movedFile = join(what.copy, '..', 'moved.json');
    const once = () => importFrom({ root: what.source, copyRoot: what.copy, base: what.base, id: 'run-1', movedFile });
    expect(await once()).toHaveProperty('imported');
    return { ...what, before, movedFile, once };
  };

  it('is taken back with its index, also by a second try, and after two imports to where it was before both', async () => {
    const { source: at, copy, before, movedFile, once } = await moved();
    commit(copy, { 'a.txt': 'task again\n' });
    expect(await once()).toHaveProperty('imported');
    for (let n = 0; n < 2; n++) {
      expect(await moveBack(at, movedFile)).toEqual({});
      expect([headOf(at), status(at)]).toEqual(before);
    }
    expect(fsck(at)).toBe('');
  });

  it('is taken back with all that was staged: what the task had committed, what it had too, and what was removed', async () => {
    const at = source();
    write(at, { 'new.txt': 'staged by me\n', 'a.txt': 'staged by me\n' });
    git(at, 'add', '-A');
    git(at, 'rm', '-q', '--cached', 'dir/b.txt');
    const what = await copied(at);
    write(what.copy, { 'dir/b.txt': 'task\n' });
    commit(what.copy, { 'a.txt': 'staged by me\ntask\n', 'later.txt': 'the same\n' });
    // The same as what the task has committed, since the copy was made.
    write(at, { 'later.txt': 'the same\n' });
    git(at, 'add', 'later.txt');
    const before = [headOf(at), status(at), git(at, 'ls-files', '-s')];
    const movedFile = join(what.copy, '..', 'moved.json');
    const end = await importFrom({ root: at, copyRoot: what.copy, base: what.base, id: 'run-1', movedFile });
    expect(end).toHaveProperty('imported');
    expect(headOf(at)).not.toBe(before[0]);
    const [moved, index] = [headOf(at), join(at, '.git/index')];
    const indexThen = readFileSync(index);
    for (let n = 0; n < 2; n++) {
      expect(await moveBack(at, movedFile)).toEqual({});
      expect([headOf(at), status(at), git(at, 'ls-files', '-s')]).toEqual(before);
    }
    // Ended when the branch was back, and the index was not.
    writeFileSync(index, indexThen);
    expect(git(at, 'ls-files', '-s')).not.toBe(before[2]);
    expect(await moveBack(at, movedFile)).toEqual({});
    expect([headOf(at), status(at), git(at, 'ls-files', '-s')]).toEqual(before);
    expect(moved).not.toBe(before[0]);
    expect(fsck(at)).toBe('');
  });

  it('stays where somebody has committed upon it, and it is said which files are those of commits', async () => {
    const { source: at, copy, movedFile } = await moved();
    const task = headOf(copy);
    write(at, { 'a.txt': 'task\n', 'new.txt': 'n\n' });
    const mine = commit(at, { 'mine.txt': 'm\n' });
    expect(await moveBack(at, movedFile)).toEqual({
      remains: {
        branch: 'refs/heads/main',
        commit: task,
        head: mine,
        paths: ['a.txt', 'dir/b.txt', 'mine.txt', 'new.txt'],
      },
    });
    expect([headOf(at), status(at)]).toEqual([mine, '']);
  });

  it('is left alone where somebody has moved it elsewhere', async () => {
    const { source: at, movedFile } = await moved();
    git(at, 'reset', '-q', 'HEAD~1');
    const mine = commit(at, { 'mine.txt': 'm\n' });
    expect(await moveBack(at, movedFile)).toEqual({});
    expect(headOf(at)).toBe(mine);
  });
});
