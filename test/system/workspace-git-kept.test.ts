/** What a task leaves in the repository of its copy besides the branch that it was given: nothing of it is lost, and nothing of the source is overwritten. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Copied, copied, faultOf, imported, place, source } from '../support/git-copies.ts';
import { commit, git, headOf, refsOf, repository, write } from '../support/git-fixture.ts';

const prefix = 'refs/headgate/kept/run-1';
const idOf = (at: string, name: string): string => git(at, 'rev-parse', name).trim();
/** Of the source, below the prefix: what `git log` there would show. */
const keptIn = (at: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    refsOf(at)
      .split('\n')
      .filter((line) => line.startsWith(prefix))
      .map((line) => line.slice(prefix.length + 1).split(' ') as [string, string]),
  );

function stashed(copy: string, ...texts: readonly string[]): void {
  for (const text of texts) {
    write(copy, { 'a.txt': text });
    git(copy, 'stash', '-q');
  }
}

describe('what was put away', () => {
  it('is kept, every entry of it, and again after more was put away', async () => {
    const what = await copied(source());
    stashed(what.copy, 'one', 'two', 'three');
    const ids = [0, 1, 2].map((at) => idOf(what.copy, `stash@{${at}}`));
    const done = await imported(what);
    expect(done.kept).toEqual(
      ids.map((id, at) => ({
        ref: `${prefix}/stash${at === 0 ? '' : `-${at}`}`,
        commit: id,
        from: `stash@{${at}}`,
      })),
    );
    expect(git(what.source, 'show', `${prefix}/stash-2:a.txt`)).toBe('one');
    expect(git(what.source, 'show', `${prefix}/stash:a.txt`)).toBe('three');
    const before = keptIn(what.source);
    expect(await imported(what)).toEqual(done);
    expect(keptIn(what.source)).toEqual(before);
    git(what.copy, 'stash', 'drop', '-q', 'stash@{1}');
    stashed(what.copy, 'four');
    await imported(what);
    expect(keptIn(what.source)).toEqual({ ...before, 'stash-3': idOf(what.copy, 'stash') });
  });

  it('is kept as far as it is there, where its log is not what git wrote', async () => {
    const what = await copied(source());
    stashed(what.copy, 'one', 'two');
    const ids = [0, 1].map((at) => idOf(what.copy, `stash@{${at}}`));
    const log = join(what.copy, '.git/logs/refs/stash');
    const absent = 'e'.repeat(40);
    const text = readFileSync(log, 'utf8');
    writeFileSync(log, `\0\nno line\n${absent} ${absent} x <x> 1 +0000\tx\n${text}${absent} ../../x y <y> 1 +0000\n`);
    const done = await imported(what);
    expect(done.kept.map(({ commit: id }) => id)).toEqual(ids);
    execFileSync('rm', [log]);
    execFileSync('mkfifo', [log]);
    expect((await imported(what)).kept).toHaveLength(1);
  });
});

describe('refs of the copy', () => {
  it('are kept: tags of both kinds, notes, what only a tag holds, and what has no name that git gives', async () => {
    const what = await copied(source());
    const { copy } = what;
    git(copy, 'checkout', '-q', '--detach');
    const held = commit(copy, { 'held.txt': 'h' });
    git(copy, 'tag', 'held');
    git(copy, 'checkout', '-q', 'main');
    git(copy, 'tag', '-a', '-m', 'annotated', 'v1');
    git(copy, 'tag', 'file', 'HEAD:a.txt');
    git(copy, 'tag', 'folder', 'HEAD^{tree}');
    const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: copy,
      input: 'x',
      encoding: 'utf8',
    }).trim();
    git(copy, 'tag', 'new-file', blob);
    git(copy, 'notes', 'add', '-m', 'a note');
    git(copy, 'update-ref', 'refs/custom/x', held);
    git(copy, 'update-ref', 'refs/stash-1', held);
    git(copy, 'update-ref', 'refs/head', held);
    stashed(copy, 'one', 'two');
    const own = refsOf(what.source);
    const done = await imported(what);
    expect(keptIn(what.source)).toEqual({
      'notes/commits': idOf(copy, 'refs/notes/commits'),
      'refs/custom/x': held,
      'refs/head': held,
      'refs/stash-1': held,
      stash: idOf(copy, 'stash@{0}'),
      'stash-1': idOf(copy, 'stash@{1}'),
      'tags/file': idOf(copy, 'file'),
      'tags/folder': idOf(copy, 'folder'),
      'tags/held': held,
      'tags/new-file': blob,
      'tags/v1': idOf(copy, 'v1'),
    });
    expect(done.kept).toHaveLength(11);
    expect(refsOf(what.source)).toContain(own.trim());
    expect(git(what.source, 'show', `${prefix}/tags/held:held.txt`)).toBe('h');
  });

  it('are not kept where the source has the same, and overwrite nothing of it where it has another', async () => {
    const at = source();
    git(at, 'tag', 'same');
    git(at, 'branch', 'ahead');
    git(at, 'branch', 'other');
    const what = await copied(at);
    commit(at, { 'more.txt': 'm' });
    git(at, 'branch', '-f', 'ahead');
    git(at, 'tag', 'differs');
    const tag = headOf(at);
    for (const name of ['ahead', 'other']) git(what.copy, 'branch', name);
    for (const name of ['same', 'differs']) git(what.copy, 'tag', name);
    const before = refsOf(at);
    const done = await imported(what);
    expect(done.kept).toEqual([{ ref: `${prefix}/tags/differs`, commit: what.base.head, from: 'refs/tags/differs' }]);
    expect(idOf(at, 'differs')).toBe(tag);
    expect(refsOf(at)).toBe(`${prefix}/tags/differs ${what.base.head}\n${before}`);
  });

  it('go on below the kept ones where they follow them, and stand beside them where they do not', async () => {
    const what = await copied(source());
    git(what.copy, 'checkout', '-q', '-b', 'side');
    const one = commit(what.copy, { 'x.txt': '1' });
    await imported(what);
    const two = commit(what.copy, { 'x.txt': '2' });
    await imported(what);
    expect(keptIn(what.source)).toEqual({ 'heads/side': two });
    git(what.copy, 'reset', '-q', '--hard', one);
    const three = commit(what.copy, { 'x.txt': '3' });
    await imported(what);
    expect(keptIn(what.source)).toEqual({ 'heads/side': two, 'heads/side-1': three });
  });

  it('are kept also where the kept ones of an earlier try are in their way', async () => {
    const what = await copied(source());
    git(what.copy, 'branch', 'a');
    git(what.copy, 'branch', 'c-1/d');
    await imported(what);
    git(what.copy, 'branch', '-D', 'a');
    git(what.copy, 'branch', 'a/b');
    const anew = git(what.copy, 'commit-tree', '-m', 'x', 'HEAD^{tree}').trim();
    git(what.copy, 'update-ref', 'refs/heads/c', anew);
    git(what.source, 'update-ref', `${prefix}/heads/c`, 'HEAD');
    // Of an import that was killed while git wrote it.
    writeFileSync(join(what.source, '.git', prefix, 'heads/c-2.lock'), '');
    await imported(what);
    const { head } = what.base;
    expect(keptIn(what.source)).toEqual({
      'heads/a': head,
      '1/heads/a/b': head,
      'heads/c': head,
      'heads/c-1/d': head,
      'heads/c-2': anew,
    });
  });

  it('have a name each, also where the number of one makes the name of another', async () => {
    const what = await copied(source());
    git(what.source, 'update-ref', `${prefix}/heads/c`, 'HEAD');
    git(what.copy, 'checkout', '-q', '--orphan', 'c');
    const one = commit(what.copy, { 'x.txt': '1' });
    git(what.copy, 'checkout', '-q', '-b', 'c-1');
    const two = commit(what.copy, { 'x.txt': '2' });
    await imported(what);
    expect(keptIn(what.source)).toEqual({ 'heads/c': what.base.head, 'heads/c-1': one, 'heads/c-1-1': two });
  });

  it.each<[string, RegExp, (copy: Copied) => void]>([
    [
      'more than a thousand',
      /more than 1000 refs/,
      ({ copy, base }) =>
        appendFileSync(
          join(copy, '.git/packed-refs'),
          Array.from({ length: 1_100 }, (_, n) => `${base.head} refs/tags/t${n}\n`).join(''),
        ),
    ],
    [
      'folders without end',
      /more than \d+ (folders of )?refs/,
      ({ copy }) => {
        mkdirSync(join(copy, '.git/refs/tags'), { recursive: true });
        for (let n = 0; n < 6_000; n++) mkdirSync(join(copy, '.git/refs/tags', `d${n}`));
      },
    ],
    [
      'a stash without end',
      /stash has more than 1000 entries/,
      ({ copy }) => {
        stashed(copy, 'one');
        const lines = Array.from({ length: 1_100 }, (_, n) => n.toString(16).padStart(40, '0'));
        appendFileSync(
          join(copy, '.git/logs/refs/stash'),
          lines.map((id) => `${id} ${id} x <x> 1 +0000\tx\n`).join(''),
        );
      },
    ],
    [
      'deeper than anybody looks',
      /more than 64 folders deep/,
      ({ copy }) => {
        const folder = join(copy, '.git/refs/tags', ...Array.from({ length: 70 }, () => 'x'));
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'y'), `${headOf(copy)}\n`);
      },
    ],
    [
      'a name that is not UTF-8',
      /not UTF-8/,
      ({ copy }) => {
        mkdirSync(join(copy, '.git/refs/tags'), { recursive: true });
        const name = Buffer.concat([Buffer.from(join(copy, '.git/refs/tags/x')), Buffer.from([0xff])]);
        writeFileSync(name, `${headOf(copy)}\n`);
      },
    ],
  ])('are refused where they are %s, and nothing is done', async (_, words, attack) => {
    const what = await copied(source());
    commit(what.copy, { 'x.txt': 'x' });
    attack(what);
    const before = refsOf(what.source);
    const fault = await faultOf(what);
    expect(fault.code).toBe('workspace_history_refused');
    expect(fault.message).toMatch(words);
    expect(fault.remedy).toContain(what.copy);
    expect(refsOf(what.source)).toBe(before);
  });
});

describe('the branch of the source', () => {
  it('stays where the task has committed on a branch of its own, which is kept by its name', async () => {
    const what = await copied(source());
    git(what.copy, 'checkout', '-q', '-b', 'feature');
    const made = commit(what.copy, { 'f.txt': 'f' });
    const done = await imported(what);
    expect(done).toEqual({
      history: 'kept',
      head: what.base.head,
      branch: 'refs/heads/main',
      kept: [{ ref: `${prefix}/heads/feature`, commit: made, from: 'refs/heads/feature' }],
    });
    expect(headOf(what.source)).toBe(what.base.head);
  });

  it('moves with the one of the copy, whatever the copy is on; a further name is kept also without commits', async () => {
    const what = await copied(source());
    const main = commit(what.copy, { 'm.txt': 'm' });
    git(what.copy, 'checkout', '-q', '-b', 'feature');
    expect(await imported(what)).toEqual({
      history: 'fast_forward',
      head: main,
      branch: 'refs/heads/main',
      kept: [{ ref: `${prefix}/heads/feature`, commit: main, from: 'refs/heads/feature' }],
    });
  });

  it('stays where the task has renamed it, has left it without commits, or has begun anew on another', async () => {
    const renamed = await copied(source());
    git(renamed.copy, 'branch', '-m', 'trunk');
    expect(await imported(renamed)).toMatchObject({ history: 'kept', kept: [{ from: 'refs/heads/trunk' }] });
    const begun = await copied(source());
    git(begun.copy, 'checkout', '-q', '--orphan', 'unborn');
    expect(await imported(begun)).toMatchObject({ history: 'kept', head: begun.base.head, kept: [] });
    const anew = await copied(source());
    git(anew.copy, 'checkout', '-q', '--orphan', 'anew');
    const made = commit(anew.copy, { 'x.txt': 'x' });
    expect(await imported(anew)).toMatchObject({ history: 'kept', kept: [{ commit: made }] });
  });

  it('stays where the task has committed on none, and that is kept', async () => {
    const what = await copied(source());
    git(what.copy, 'checkout', '-q', '--detach');
    const made = commit(what.copy, { 'f.txt': 'f' });
    expect(await imported(what)).toMatchObject({
      history: 'kept',
      kept: [{ ref: `${prefix}/detached`, commit: made, from: 'HEAD' }],
    });
    expect(headOf(what.source)).toBe(what.base.head);
  });

  it('that there is none of stays where it is when the task has committed on a branch', async () => {
    const at = source();
    git(at, 'checkout', '-q', '--detach');
    const what = await copied(at);
    git(what.copy, 'checkout', '-q', '-b', 'feature');
    commit(what.copy, { 'f.txt': 'f' });
    expect(await imported(what)).toMatchObject({ history: 'kept', kept: [{ from: 'refs/heads/feature' }] });
    expect(headOf(at)).toBe(what.base.head);
  });
});

describe('what could not be put in', () => {
  it('is not overwritten by what another try cannot put in either', async () => {
    const what = await copied(source());
    const first = commit(what.copy, { 'a.txt': 'task\n' });
    commit(what.source, { 'a.txt': 'user\n' });
    await faultOf(what);
    git(what.copy, 'reset', '-q', '--hard', what.base.head as string);
    const second = commit(what.copy, { 'a.txt': 'otherwise\n' });
    expect((await faultOf(what)).message).toContain(`${prefix}/head-1`);
    expect(keptIn(what.source)).toEqual({ head: first, 'head-1': second });
  });
});

describe('a repository that an import has ended in', () => {
  it.each([
    ['an ordinary one', () => source()],
    [
      'a linked worktree',
      () => {
        const main = repository(join(place(), 'r'));
        git(main, 'worktree', 'add', '-q', '-b', 'side', '../w');
        return join(main, '../w');
      },
    ],
  ])('holds nothing of it: %s', async (_, make) => {
    const at = make();
    git(at, 'config', 'core.logAllRefUpdates', 'always');
    const what = await copied(at);
    commit(what.copy, { 'a.txt': 'task\n' });
    commit(at, { 'a.txt': 'user\n' });
    await faultOf(what);
    git(at, 'merge', '-q', '-s', 'ours', `${prefix}/head`);
    await imported(what);
    const common = git(at, 'rev-parse', '--path-format=absolute', '--git-common-dir').trim();
    const own = git(at, 'rev-parse', '--absolute-git-dir').trim();
    for (const path of [
      join(own, 'headgate'),
      join(common, 'headgate'),
      join(common, 'refs/headgate'),
      join(common, 'logs/refs/headgate'),
    ])
      expect(existsSync(path), path).toBe(false);
  });
});
