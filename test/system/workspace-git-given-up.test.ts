/** What was given up in the middle of a finalize: branch, index and files are as they were, or it is said what stays. */
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
