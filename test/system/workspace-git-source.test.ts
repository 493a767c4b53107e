/** History of a source into a copy and back, with real repositories of every kind. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bring as bringCommits } from '../../src/adapters/sync/git/bring.ts';
import { describe as describeSource } from '../../src/adapters/sync/git/describe.ts';
import { exportTo } from '../../src/adapters/sync/git/export.ts';
import { importFrom, refreshIndex } from '../../src/adapters/sync/git/import.ts';
import { holdIndex } from '../../src/adapters/sync/git/index-lock.ts';
import { locate } from '../../src/adapters/sync/git/locate.ts';
import { moveBranch, putObjects } from '../../src/adapters/sync/git/put.ts';
import { withScratch } from '../../src/adapters/sync/git/scratch.ts';
import { bring, copied, faultOf, imported, place, source } from '../support/git-copies.ts';
import { commit, fsck, git, gitEnd, headOf, refsOf, repository, status, write } from '../support/git-fixture.ts';

describe('a source that is no longer where it was', () => {
  it('003-C1.14 a clean one on another branch at the same commit is taken', async () => {
    const what = await copied(source());
    commit(what.copy, { 'a.txt': 'task\n' });
    git(what.source, 'checkout', '-q', '-b', 'other');
    expect(await imported(what)).toMatchObject({ history: 'fast_forward', branch: 'refs/heads/other' });
    expect(git(what.source, 'rev-parse', 'main').trim()).toBe(what.base.head);
  });

  it.each([
    [
      'diverged',
      (at: string) => {
        commit(at, { 'o.txt': 'o' });
      },
      false,
    ],
    ['dirty', (at: string) => write(at, { 'a.txt': 'dirty\n' }), true],
    [
      'dirty in the index',
      (at: string) => {
        write(at, { 'n.txt': 'n' });
        git(at, 'add', 'n.txt');
      },
      true,
    ],
  ] as const)('003-C1.14 one that is %s is told with what was found', async (_, change, dirty) => {
    const what = await copied(source());
    commit(what.copy, { 'a.txt': 'task\n' });
    git(what.source, 'checkout', '-q', '-b', 'other');
    change(what.source);
    const before = [refsOf(what.source), status(what.source)];
    const fault = await faultOf(what);
    expect(fault.code).toBe('workspace_moved');
    expect(fault.message).toContain('`other`');
    expect(fault.message).toContain(headOf(what.source).slice(0, 12));
    expect(fault.message.includes('not committed')).toBe(dirty);
    expect([refsOf(what.source), status(what.source)]).toEqual(before);
    git(what.source, 'checkout', '-q', '-f', 'main');
    expect(await imported(what)).toMatchObject({ history: 'fast_forward' });
  });

  it('003-C1.14 a detached one that has gone to another commit, and one in the middle of a merge', async () => {
    const at = source();
    commit(at, { 'c.txt': 'c' });
    git(at, 'checkout', '-q', '--detach');
    const what = await copied(at);
    commit(what.copy, { 't.txt': 't' });
    git(at, 'checkout', '-q', '--detach', 'HEAD~1');
    expect((await faultOf(what)).code).toBe('workspace_moved');
    git(at, 'checkout', '-q', '--detach', 'main');
    writeFileSync(join(at, '.git/MERGE_HEAD'), `${headOf(at)}\n`);
    expect((await faultOf(what)).message).toContain('MERGE_HEAD');
    rmSync(join(at, '.git/MERGE_HEAD'));
    await imported(what);
  });

  it('reports an index.lock with who holds it, and never removes it', async () => {
    const what = await copied(source());
    commit(what.copy, { 'a.txt': 'task\n' });
    const lock = join(what.source, '.git/index.lock');
    writeFileSync(lock, '');
    const end = await bring(what);
    expect('fault' in end && end.fault.code).toBe('workspace_index_locked');
    expect('fault' in end && end.fault.message).toContain('no process has it open');
    expect(existsSync(lock)).toBe(true);
    expect(headOf(what.source)).toBe(what.base.head);
    const state = await describeSource(what.source);
    expect('git' in state && state.git.indexLock).toBe('other');
    rmSync(lock);
    await imported(what);
  });
});

it('a branch that somebody moves after it was looked at is not moved back', async () => {
  const what = await copied(source());
  commit(what.copy, { 'n.txt': 'n\n' });
  const places = await locate(what.source);
  if ('fault' in places) throw new Error(places.fault.message);
  const at = { head: what.base.head, branch: what.base.branch };
  const ours = commit(what.source, { 'u.txt': 'u\n' });
  await withScratch(what.copy, async (scratch) => {
    const brought = await bringCommits(places, what.copy, scratch, what.base);
    const held = await holdIndex(places.gitDir, what.source);
    if ('fault' in brought || 'fault' in held) throw new Error('nothing was brought');
    const put = { places, scratch, view: brought.gitDir, base: what.base };
    await putObjects(put, [brought.head as string], null);
    expect(await moveBranch(put, held, at, brought.head as string, 'test')).toBe('moved');
    await held.release();
  });
  expect(headOf(what.source)).toBe(ours);
  expect(status(what.source)).toBe('');
  expect(await imported(what)).toMatchObject({ history: 'merged' });
});

describe('a source with a conflict of what was put away', () => {
  const merging = (): string => {
    const at = source();
    write(at, { 'a.txt': 'side\n' });
    git(at, 'stash', '-q');
    commit(at, { 'a.txt': 'main\n' });
    expect(gitEnd(at, 'stash', 'pop', '-q').status).toBe(1);
    return at;
  };

  it('has its conflict in the copy, with all sides', async () => {
    const at = merging();
    const { copy } = await copied(at);
    expect(status(copy)).toBe(status(at));
    expect(git(copy, 'show', ':3:a.txt')).toBe('side\n');
    expect(git(copy, 'ls-files', '-u')).toBe(git(at, 'ls-files', '-u'));
    expect(fsck(copy)).toBe('');
  });

  it('gives nothing of a conflict that is over', async () => {
    const at = merging();
    write(at, { 'a.txt': 'both\n' });
    git(at, 'add', 'a.txt');
    const { copy } = await copied(at);
    expect(status(copy)).toBe(status(at));
    expect(fsck(copy)).toBe('');
  });
});

describe.runIf(process.getuid?.() === 0)('a full disk', () => {
  const small = (kib: number): string => {
    const at = place();
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', at]);
    mounts.push(at);
    return at;
  };
  const mounts: string[] = [];
  afterAll(() => {
    for (const at of mounts) execFileSync('umount', [at]);
  });
  const noise = (): string => randomBytes(300_000).toString('hex');

  it.each([16, 64, 256])(
    'of %i KiB under the copy: it is told, nothing of it is left, and the source is as it was',
    async (kib) => {
      const at = source();
      commit(at, { 'big.txt': noise() });
      const parent = small(kib);
      const before = [status(at), refsOf(at)];
      const end = await exportTo(at, join(parent, 'files'));
      expect('fault' in end && end.fault.code).toBe('workspace_no_space');
      expect(readdirSync(parent)).toEqual(['files']);
      expect([status(at), refsOf(at)]).toEqual(before);
    },
  );

  it('under the source: it is told, and a later import does it', async () => {
    const at = repository(join(small(1_500), 'r'));
    const what = await copied(at);
    commit(what.copy, { 'big.txt': noise(), 'other.txt': noise() });
    execFileSync('dd', ['if=/dev/zero', `of=${join(at, 'filler')}`, 'bs=1k', 'count=1000', 'status=none']);
    const fault = await faultOf(what);
    expect(fault.code).toBe('workspace_no_space');
    expect(headOf(at)).toBe(what.base.head);
    rmSync(join(at, 'filler'));
    expect(await imported(what)).toMatchObject({ history: 'fast_forward' });
  });
});

describe('an edit in the same second as the index', () => {
  it.each(['import', 'refresh'])('is seen after an %s', async (how) => {
    const at = source();
    const what = await copied(at);
    commit(what.copy, { 'n.txt': 'n\n' });
    // What git cannot tell by times: only that its index is no younger makes it look again.
    git(at, 'config', 'core.trustctime', 'false');
    const then = Math.floor(Date.now() / 1000) - 100;
    utimesSync(join(at, 'a.txt'), then, then);
    git(at, 'update-index', '--refresh');
    writeFileSync(join(at, 'a.txt'), 'One\ntwo\nthree\n');
    for (const file of ['a.txt', '.git/index']) utimesSync(join(at, file), then, then);
    if (how === 'import') await imported(what);
    else expect(await refreshIndex(at)).toEqual({});
    expect(git(at, 'status', '--porcelain', '--', 'a.txt')).toBe(' M a.txt\n');
  });
});

describe('files that a program has made of what git has', () => {
  it('show as they do in the source, and are not committed as they are', async () => {
    const at = source();
    git(at, 'config', 'filter.caps.clean', 'tr A-Z a-z');
    git(at, 'config', 'filter.caps.smudge', 'tr a-z A-Z');
    commit(at, {
      '.gitattributes': '*.caps filter=caps\n',
      'one.caps': 'ONE\n',
      'two.caps': 'TWO\n',
      'é\n.caps': 'X\n',
    });
    expect(git(at, 'show', 'HEAD:one.caps')).toBe('one\n');
    write(at, { 'two.caps': 'changed\n' });
    const what = await copied(at);
    expect(status(what.copy)).toBe(status(at));
    expect(status(at)).toBe(' M two.caps\0');
    git(what.copy, 'checkout', '-q', '--', 'two.caps');
    git(what.copy, 'commit', '-q', '-a', '--allow-empty', '-m', 'task');
    expect(git(what.copy, 'show', '--stat', '--format=')).toBe('');
    await imported(what);
    expect(status(at)).toBe(' M two.caps\0');
  });
});

describe('describe', () => {
  it('tells what a repository is, and runs nothing of it', async () => {
    const inner = source();
    const at = source();
    git(at, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub');
    commit(at, {});
    git(at, 'worktree', 'add', '-q', '-b', 'side', '../side');
    const one = await describeSource(at);
    expect(one).toEqual({
      git: {
        topLevel: at,
        gitDir: join(at, '.git'),
        commonDir: join(at, '.git'),
        linkedWorktree: false,
        objectFormat: 'sha1',
        head: headOf(at),
        branch: 'refs/heads/main',
        dirty: false,
        indexLock: 'none',
        shallow: false,
        sparse: false,
        submodules: ['sub'],
        underWay: null,
      },
    });
    const side = await describeSource(join(at, '../side'));
    expect(side).toMatchObject({
      git: { linkedWorktree: true, branch: 'refs/heads/side', gitDir: join(at, '.git/worktrees/side') },
    });
    write(join(at, '../side'), { 'a.txt': 'x' });
    expect(await describeSource(join(at, '../side'))).toMatchObject({ git: { dirty: true } });
  });

  it.each([
    ['a folder without one', () => place(), 'there is no `.git`'],
    ['one within', () => join(source(), 'dir'), 'there is no `.git`'],
    [
      'a `.git` file that nothing leads back from',
      () => {
        const at = place();
        const main = source();
        git(main, 'worktree', 'add', '-q', '-b', 'side', '../side');
        write(at, { '.git': `gitdir: ${join(main, '.git/worktrees/side')}\n` });
        return at;
      },
      'knows nothing of this folder',
    ],
    [
      'a partial clone',
      () => {
        const at = source();
        git(at, 'config', 'remote.origin.promisor', 'true');
        return at;
      },
      'partial clone',
    ],
  ] as const)('%s is refused', async (_, make, words) => {
    const end = await exportTo(make(), join(place(), 'files'));
    expect('fault' in end && end.fault.message).toContain(words);
    expect('fault' in end && end.fault.remedy).not.toBe('');
  });

  it('003-C5.2 eight exports and imports at once lose nothing, and leave no ref', async () => {
    const at = source();
    for (let n = 0; n < 8; n++) write(at, { [`f${n}.txt`]: 'x\n' });
    commit(at, {});
    const all = await Promise.all(Array.from({ length: 8 }, () => copied(at)));
    for (const [n, { copy }] of all.entries()) commit(copy, { [`f${n}.txt`]: `task ${n}\n` });
    const more = Array.from({ length: 4 }, () => copied(at));
    const ends = await Promise.all(
      all.map((what) => importFrom({ root: at, copyRoot: what.copy, base: what.base, id: `run-${all.indexOf(what)}` })),
    );
    await Promise.all(more);
    expect(ends.filter((end) => 'fault' in end)).toEqual([]);
    expect(fsck(at)).toBe('');
    expect(refsOf(at)).toBe(`refs/heads/main ${headOf(at)}\n`);
    for (const [n, { copy }] of all.entries()) {
      expect(git(at, 'show', `HEAD:f${n}.txt`)).toBe(`task ${n}\n`);
      git(at, 'merge-base', '--is-ancestor', headOf(copy), 'HEAD');
      write(at, { [`f${n}.txt`]: `task ${n}\n` });
    }
    expect(status(at)).toBe('');
  });
});
