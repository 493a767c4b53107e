import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refreshIndex } from '../../src/adapters/sync/git/import.ts';
import { copied, faultOf, imported, place, source, temp } from '../support/git-copies.ts';
import { commit, copyFiles, fsck, git, headOf, refsOf, repository, status, write } from '../support/git-fixture.ts';

/** What is done to a repository, and what it is then called. */
const kinds: Readonly<Record<string, () => string>> = {
  'an ordinary one': () => repository(join(place(), 'r')),
  'one with SHA-256': () => repository(join(place(), 'r'), '--object-format=sha256'),
  'a linked worktree': () => {
    const main = repository(join(place(), 'r'));
    git(main, 'worktree', 'add', '-q', '-b', 'side', '../w');
    return join(main, '../w');
  },
  'a worktree of a bare one': () => {
    const main = repository(join(place(), 'r'));
    git(main, 'clone', '-q', '--bare', '.', '../bare.git');
    git(join(main, '../bare.git'), 'worktree', 'add', '-q', '../w', 'main');
    return join(main, '../w');
  },
  'a detached HEAD': () => {
    const main = repository(join(place(), 'r'));
    git(main, 'checkout', '-q', '--detach');
    return main;
  },
  'a shallow clone': () => {
    const main = repository(join(place(), 'r'));
    commit(main, { 'a.txt': 'one\ntwo\n3\n' });
    git(main, 'clone', '-q', '--depth', '1', `file://${main}`, '../shallow');
    return join(main, '../shallow');
  },
  'one with alternates': () => {
    const main = repository(join(place(), 'r'));
    git(main, 'clone', '-q', '--shared', '.', '../borrowing');
    return join(main, '../borrowing');
  },
  'one with packed refs and objects': () => {
    const main = repository(join(place(), 'r'));
    git(main, 'gc', '-q');
    return main;
  },
  'one with a split index': () => {
    const main = repository(join(place(), 'r'));
    git(main, 'update-index', '--split-index');
    return main;
  },
  'a sparse checkout': () => {
    const main = repository(join(place(), 'r'));
    git(
      main,
      'sparse-checkout',
      'set',
      '--no-cone',
      '/a.txt',
      '/new.txt',
      '/both.txt',
      '/staged.txt',
      '/left.txt',
      '/s.txt',
    );
    expect(existsSync(join(main, 'dir'))).toBe(false);
    return main;
  },
  'a name with a newline and a quote': () => repository(join(place(), 'r "\n;é')),
  'one with the repository elsewhere': () => repository(join(place(), 'r'), '--separate-git-dir', '../elsewhere'),
};

describe.each(Object.entries(kinds))('%s', (_, make) => {
  it('003-C5.2 has the same status in its copy, whatever is staged and not, and no way back to the host', async () => {
    const source = make();
    write(source, { 'staged.txt': 'staged\n', 'both.txt': 'staged\n', 'intent.txt': 'i\n', '.gitignore': 'ignored\n' });
    git(source, 'add', '--sparse', 'staged.txt', 'both.txt');
    git(source, 'add', '--sparse', '-N', 'intent.txt');
    write(source, { 'both.txt': 'and edited\n', 'left.txt': 'untracked\n', 'a.txt': 'edited\n', ignored: 'x' });
    const before = status(source);
    const { copy, base } = await copied(source);
    expect(status(copy)).toBe(before);
    expect(status(source)).toBe(before);
    expect(headOf(copy)).toBe(headOf(source));
    expect(base.head).toBe(headOf(source));
    expect(git(copy, 'branch', '--show-current')).toBe(git(source, 'branch', '--show-current'));
    expect(git(copy, 'diff', '--cached')).toBe(git(source, 'diff', '--cached'));
    expect(git(copy, 'remote')).toBe('');
    expect(fsck(copy)).toBe('');
    expect(fsck(source)).toBe('');
    expect(statSync(join(copy, '.git')).isDirectory()).toBe(true);
    const text = readFileSync(join(copy, '.git/config'), 'utf8');
    expect(text).not.toContain(temp.path);
    for (const name of ['hooks', 'objects/info/alternates', 'refs/headgate'])
      expect(existsSync(join(copy, '.git', name)), name).toBe(false);
    expect(refsOf(source)).not.toContain('headgate');
    expect(readdirSync(join(copy, '..'))).toEqual(['files']);
  });

  it('takes commits back as a fast-forward, and keeps what the user has staged', async () => {
    const source = make();
    write(source, { 'both.txt': 'user\n' });
    git(source, 'add', '--sparse', 'both.txt');
    const what = await copied(source);
    write(what.copy, { 'new.txt': 'task\n', 'a.txt': 'task\n' });
    git(what.copy, 'add', '--sparse', 'new.txt', 'a.txt');
    git(what.copy, 'commit', '-q', '-m', 'task', '--', 'new.txt', 'a.txt');
    write(source, { 's.txt': 'staged meanwhile\n' });
    git(source, 'add', '--sparse', 's.txt');
    const before = statSync(join(source, 'a.txt')).mtimeMs;
    const done = await imported(what);
    expect(done).toEqual({ history: 'fast_forward', head: headOf(what.copy), branch: what.base.branch, kept: [] });
    expect(headOf(source)).toBe(headOf(what.copy));
    expect(git(source, 'branch', '--show-current')).toBe(git(what.copy, 'branch', '--show-current'));
    expect(statSync(join(source, 'a.txt')).mtimeMs).toBe(before);
    copyFiles(what.copy, source);
    write(source, { 's.txt': 'staged meanwhile\n' });
    expect(status(source)).toBe('A  both.txt\0A  s.txt\0');
    expect(await refreshIndex(source)).toEqual({});
    expect(git(source, 'diff-files', '--name-only')).toBe('');
    expect(await imported(what)).toMatchObject({ history: 'kept' });
    expect(status(source)).toBe('A  both.txt\0A  s.txt\0');
  });
});

describe('commits that come back', () => {
  it('are merged where the source has moved on, and the index follows', async () => {
    const what = await copied(source());
    const theirs = commit(what.copy, { 'a.txt': 'task\ntwo\nthree\n', 'task.txt': 't\n' });
    const ours = commit(what.source, { 'a.txt': 'one\ntwo\nuser\n', 'user.txt': 'u\n' });
    write(what.source, { 'staged.txt': 's\n' });
    git(what.source, 'add', 'staged.txt');
    const done = await imported(what);
    expect(done).toMatchObject({ history: 'merged', branch: 'refs/heads/main', head: headOf(what.source) });
    expect(git(what.source, 'show', '-s', '--format=%P').trim()).toBe(`${ours} ${theirs}`);
    expect(git(what.source, 'show', 'HEAD:a.txt')).toBe('task\ntwo\nuser\n');
    write(what.source, { 'a.txt': 'task\ntwo\nuser\n', 'task.txt': 't\n' });
    expect(status(what.source)).toBe('A  staged.txt\0');
    expect(refsOf(what.source)).not.toContain('headgate');
  });

  it('that change the same lines are kept under a ref, and nothing moves', async () => {
    const what = await copied(source());
    const theirs = commit(what.copy, { 'a.txt': 'task\ntwo\nthree\n' });
    const ours = commit(what.source, { 'a.txt': 'user\ntwo\nthree\n' });
    const before = status(what.source);
    const fault = await faultOf(what);
    expect(fault.code).toBe('workspace_history_conflict');
    expect(fault.message).toContain('`a.txt`');
    expect(fault.message).toContain('refs/headgate/kept/run-1/head');
    expect(headOf(what.source)).toBe(ours);
    expect(status(what.source)).toBe(before);
    expect(git(what.source, 'rev-parse', 'refs/headgate/kept/run-1/head').trim()).toBe(theirs);
    // What the remedy says.
    git(what.source, 'merge', '-q', '-s', 'ours', 'refs/headgate/kept/run-1/head');
    expect(await imported(what)).toMatchObject({ history: 'kept' });
    expect(refsOf(what.source)).not.toContain('headgate');
  });

  it('that do not come after the base are kept under a ref', async () => {
    const what = await copied(source());
    git(what.copy, 'commit', '-q', '--amend', '-m', 'rewritten');
    const fault = await faultOf(what);
    expect(fault.code).toBe('workspace_history_rewritten');
    expect(git(what.source, 'rev-parse', 'refs/headgate/kept/run-1/head').trim()).toBe(headOf(what.copy));
    expect(headOf(what.source)).toBe(what.base.head);
  });

  it('set back are told, and nothing moves', async () => {
    const at = source();
    commit(at, { 'c.txt': 'c' });
    const what = await copied(at);
    git(what.copy, 'reset', '-q', '--hard', 'HEAD~1');
    expect((await faultOf(what)).code).toBe('workspace_history_rewritten');
    expect(headOf(what.source)).toBe(what.base.head);
    expect(refsOf(what.source)).not.toContain('headgate');
  });

  it('of other branches and of the stash are kept, under the name that they have', async () => {
    const what = await copied(source());
    git(what.copy, 'checkout', '-q', '-b', 'feature/x');
    const feature = commit(what.copy, { 'f.txt': 'f' });
    git(what.copy, 'checkout', '-q', 'main');
    write(what.copy, { 'a.txt': 'stashed' });
    git(what.copy, 'stash', '-q');
    const done = await imported(what);
    expect(done.history).toBe('kept');
    expect(done.kept).toEqual([
      { ref: 'refs/headgate/kept/run-1/heads/feature/x', commit: feature, from: 'refs/heads/feature/x' },
      { ref: 'refs/headgate/kept/run-1/stash', commit: git(what.copy, 'rev-parse', 'stash').trim(), from: 'stash@{0}' },
    ]);
    expect(git(what.source, 'show', 'refs/headgate/kept/run-1/heads/feature/x:f.txt')).toBe('f');
  });

  it('come with their whole history where the source has lost the base', async () => {
    const at = source();
    const first = headOf(at);
    commit(at, { 'c.txt': 'c\n' });
    const what = await copied(at);
    git(at, 'reset', '-q', '--hard', first);
    git(at, 'reflog', 'expire', '--expire=now', '--all');
    git(at, 'gc', '-q', '--prune=now');
    commit(what.copy, { 'task.txt': 't\n' });
    commit(at, { 'user.txt': 'u\n' });
    expect(await imported(what)).toMatchObject({ history: 'merged' });
    expect(git(at, 'ls-tree', '--name-only', 'HEAD').split('\n')).toEqual(
      expect.arrayContaining(['c.txt', 'task.txt', 'user.txt']),
    );
  });

  it('are the first of a repository that has none', async () => {
    const at = place();
    git(at, 'init', '-q', '-b', 'trunk');
    write(at, { 'a.txt': 'a\n', 'b.txt': 'b\n' });
    git(at, 'add', 'b.txt');
    const what = await copied(at);
    expect(what.base).toMatchObject({ head: null, branch: 'refs/heads/trunk' });
    expect(status(what.copy)).toBe(status(at));
    expect(await imported(what)).toEqual({ history: 'kept', head: null, branch: 'refs/heads/trunk', kept: [] });
    commit(what.copy, {});
    expect(await imported(what)).toMatchObject({ history: 'fast_forward', head: headOf(what.copy) });
    expect(status(at)).toBe('');
  });

  it('which the task has staged upon what the user had staged replace that in the index', async () => {
    const at = source();
    write(at, { 'a.txt': 'one\ntwo\nuser\n' });
    git(at, 'add', 'a.txt');
    const what = await copied(at);
    commit(what.copy, { 'a.txt': 'task\ntwo\nuser\n' });
    await imported(what);
    write(at, { 'a.txt': 'task\ntwo\nuser\n' });
    expect(status(at)).toBe('');
  });

  it('leave what the user has staged meanwhile in the same file, or in its place', async () => {
    const what = await copied(source());
    commit(what.copy, { 'a.txt': 'task\n', 'x/y': 'task\n', z: 'task\n' });
    write(what.source, { 'a.txt': 'user\n', x: 'user\n', 'z/y': 'user\n' });
    git(what.source, 'add', 'a.txt', 'x', 'z/y');
    await imported(what);
    expect(git(what.source, 'show', ':a.txt')).toBe('user\n');
    expect(git(what.source, 'show', ':x')).toBe('user\n');
    expect(git(what.source, 'show', ':z/y')).toBe('user\n');
  });

  it('keep what is said of files in the index', async () => {
    const at = source();
    git(at, 'update-index', '--skip-worktree', 'dir/b.txt');
    git(at, 'update-index', '--assume-unchanged', 'a.txt');
    const what = await copied(at);
    expect(git(what.copy, 'ls-files', '-v')).toBe('h a.txt\nS dir/b.txt\n');
    git(what.copy, 'update-index', '--no-skip-worktree', '--no-assume-unchanged', 'dir/b.txt', 'a.txt');
    commit(what.copy, { 'a.txt': 'task\n', 'dir/b.txt': 'task\n' });
    await imported(what);
    expect(git(at, 'ls-files', '-v')).toBe('h a.txt\nS dir/b.txt\n');
  });
});
