/** History of a source into a copy and back, with real repositories of every kind. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SyncFault } from '../../src/adapters/sync/fault.ts';
import { bring as bringCommits } from '../../src/adapters/sync/git/bring.ts';
import { describe as describeSource } from '../../src/adapters/sync/git/describe.ts';
import { exportTo } from '../../src/adapters/sync/git/export.ts';
import type { GitBase, Imported } from '../../src/adapters/sync/git/forms.ts';
import { importFrom, refreshIndex } from '../../src/adapters/sync/git/import.ts';
import { holdIndex } from '../../src/adapters/sync/git/index-lock.ts';
import { locate } from '../../src/adapters/sync/git/locate.ts';
import { moveBranch, putObjects } from '../../src/adapters/sync/git/put.ts';
import { withScratch } from '../../src/adapters/sync/git/scratch.ts';
import {
  commit,
  copyFiles,
  fsck,
  git,
  gitEnd,
  headOf,
  refsOf,
  repository,
  status,
  write,
} from '../support/git-fixture.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
let count = 0;
const place = (): string => {
  const path = join(temp.path, `p${count++}`);
  mkdirSync(path);
  return path;
};

interface Copied {
  readonly source: string;
  readonly copy: string;
  readonly base: GitBase;
}

async function copied(source: string): Promise<Copied> {
  const copy = join(place(), 'files');
  const end = await exportTo(source, copy);
  if ('fault' in end) throw new Error(JSON.stringify(end.fault));
  copyFiles(source, copy);
  return { source, copy, base: end.base };
}

const bring = ({ source, copy, base }: Copied): ReturnType<typeof importFrom> =>
  importFrom({ root: source, copyRoot: copy, base, id: 'run-1' });

async function imported(what: Copied): Promise<Imported> {
  const end = await bring(what);
  if ('fault' in end) throw new Error(JSON.stringify(end.fault));
  expect(refsOf(what.source)).not.toMatch(/refs\/headgate\/import/);
  expect(fsck(what.source)).toBe('');
  expect(existsSync(join(git(what.source, 'rev-parse', '--absolute-git-dir').trim(), 'index.lock'))).toBe(false);
  expect(readdirSync(join(what.copy, '..'))).toEqual(['files']);
  return end.imported;
}

async function faultOf(what: Copied): Promise<SyncFault> {
  const end = await bring(what);
  if (!('fault' in end)) throw new Error(`no fault: ${JSON.stringify(end)}`);
  expect(end.fault.remedy).not.toBe('');
  expect(fsck(what.source)).toBe('');
  expect(existsSync(join(git(what.source, 'rev-parse', '--absolute-git-dir').trim(), 'index.lock'))).toBe(false);
  return end.fault;
}

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

const source = (): string => repository(join(place(), 'r'));

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
      { ref: 'refs/headgate/kept/run-1/heads/feature/x', commit: feature },
      { ref: 'refs/headgate/kept/run-1/stash', commit: git(what.copy, 'rev-parse', 'stash').trim() },
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

describe('a source in the middle of a merge', () => {
  const merging = (): string => {
    const at = source();
    git(at, 'checkout', '-q', '-b', 'side');
    commit(at, { 'a.txt': 'side\n' });
    git(at, 'checkout', '-q', 'main');
    commit(at, { 'a.txt': 'main\n' });
    expect(gitEnd(at, 'merge', '-q', 'side').status).toBe(1);
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
