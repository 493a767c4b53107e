/** Merges and rebases that are under way, in a copy and in a source: nothing of them is taken for work that is done, and nothing that git has parked is lost. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportTo } from '../../src/adapters/sync/git/export.ts';
import { copied, faultOf, imported, place, source } from '../support/git-copies.ts';
import { commit, git, gitEnd, headOf, refsOf, status, write } from '../support/git-fixture.ts';
import { headgate } from '../support/run/cli-run.ts';
import { useRuns } from '../support/run/use-runs.ts';
import { layTree, onlyRun, workScenario } from '../support/run/workspaces.ts';

const { lay, options } = useRuns();
const prefix = 'refs/headgate/kept/run-1';

/** `a.txt` is otherwise on `side` and on `main`, and `c.txt` is edited and not committed. */
function forked(): string {
  const at = source();
  commit(at, { 'c.txt': 'c\n' });
  git(at, 'checkout', '-q', '-b', 'side');
  commit(at, { 'a.txt': 'side\n' });
  git(at, 'checkout', '-q', 'main');
  commit(at, { 'a.txt': 'main\n' });
  write(at, { 'c.txt': 'edited by me\n' });
  return at;
}

/** The copy has the branch of the source alone. */
async function copiedFork(): ReturnType<typeof copied> {
  const what = await copied(forked());
  git(what.copy, 'stash', '-q');
  git(what.copy, 'checkout', '-q', '-b', 'side', 'HEAD~1');
  commit(what.copy, { 'a.txt': 'side\n' });
  git(what.copy, 'checkout', '-q', 'main');
  git(what.copy, 'stash', 'pop', '-q');
  return what;
}

describe('a copy that a task leaves in the middle of', () => {
  it.each([
    ['MERGE_HEAD', ['merge', '--autostash', 'side'], ['commit', '-qam', 'both']],
    ['rebase-merge', ['rebase', '--autostash', 'side'], ['-c', 'core.editor=true', 'rebase', '--continue']],
    ['rebase-apply', ['rebase', '--apply', '--autostash', 'side'], ['rebase', '--continue']],
  ])(
    '%s changes nothing, and what was parked for it is kept; once it is over, it comes back',
    async (what, begin, end) => {
      const at = await copiedFork();
      expect(gitEnd(at.copy, ...begin).status).toBe(1);
      expect(readFileSync(join(at.copy, 'c.txt'), 'utf8')).toBe('c\n');
      const before = [headOf(at.source), status(at.source)];
      const fault = await faultOf(at);
      expect(fault.code).toBe('workspace_git_unfinished');
      expect(fault.message).toContain(`\`${what}\``);
      expect(fault.message).toContain(`${prefix}/autostash`);
      expect([headOf(at.source), status(at.source)]).toEqual(before);
      expect(git(at.source, 'show', `${prefix}/autostash:c.txt`)).toBe('edited by me\n');
      write(at.copy, { 'a.txt': 'both\n' });
      git(at.copy, 'add', 'a.txt');
      git(at.copy, ...end);
      expect(readFileSync(join(at.copy, 'c.txt'), 'utf8')).toBe('edited by me\n');
      if (what === 'MERGE_HEAD') expect(await imported(at)).toMatchObject({ history: 'fast_forward' });
      else expect((await faultOf(at)).code).toBe('workspace_history_rewritten');
    },
  );

  it.each([
    ['CHERRY_PICK_HEAD', ['cherry-pick', 'side']],
    ['REVERT_HEAD', ['revert', '--no-edit', 'HEAD~1']],
    ['BISECT_LOG', ['bisect', 'start']],
  ])('%s changes nothing', async (what, begin) => {
    const at = await copiedFork();
    git(at.copy, 'checkout', '-q', 'c.txt');
    if (what === 'REVERT_HEAD') commit(at.copy, { 'a.txt': 'main 2\n' });
    gitEnd(at.copy, ...begin);
    expect(existsSync(join(at.copy, '.git', what))).toBe(true);
    const before = [headOf(at.source), status(at.source)];
    const fault = await faultOf(at);
    expect([fault.code, fault.message.includes(what)]).toEqual(['workspace_git_unfinished', true]);
    expect([headOf(at.source), status(at.source)]).toEqual(before);
  });
});

describe('a linked working tree of a copy', () => {
  it('has its HEAD kept where that is on no branch and has commits, and what is parked there', async () => {
    const at = await copiedFork();
    git(at.copy, 'worktree', 'add', '-q', '--detach', 'wt');
    git(at.copy, 'worktree', 'add', '-q', '--detach', 'idle');
    const held = commit(join(at.copy, 'wt'), { 'held.txt': 'h\n' });
    const done = await imported(at);
    expect(done.kept.filter(({ from }) => from.startsWith('worktrees/'))).toEqual([
      { ref: `${prefix}/worktree`, commit: held, from: 'worktrees/wt/HEAD' },
    ]);
    expect(git(at.source, 'show', `${prefix}/worktree:held.txt`)).toBe('h\n');
    expect(refsOf(at.source)).not.toContain('worktree-1');
  });
});

describe('a source in the middle of a merge', () => {
  it('is refused before a copy is made, and not when the work is done', async () => {
    const at = forked();
    expect(gitEnd(at, 'merge', '-q', 'side').status).toBe(1);
    const end = await exportTo(at, join(place(), 'files'));
    expect(end).toMatchObject({ fault: { code: 'workspace_git_unfinished' } });
    expect(JSON.stringify(end)).toContain('git merge --abort');
    git(at, 'merge', '--abort');
    await copied(at);
  });
});

it('a run whose task stops in the middle of a merge is not complete, and its source is as it was', () => {
  const given = options();
  const does =
    'git checkout -q -b side HEAD~1; echo other > f1.txt; git commit -q -m other f1.txt; git checkout -q main; git merge --autostash side; true';
  const root = lay(
    workScenario(
      { build: { does, settings: { workspace: 'src' } } },
      { src: { source: './tree', kind: 'git_worktree' } },
    ),
  );
  const at = join(root, '..', 'tree');
  layTree(at, { 'f1.txt': '1\n', 'f3.txt': '3\n' });
  git(at, 'init', '-q', '-b', 'main');
  commit(at, {});
  commit(at, { 'f1.txt': 'one\n' });
  writeFileSync(join(at, 'f3.txt'), 'edited by me\n');
  const end = headgate(['run', root], given);
  expect(end.status, end.stderr).toBe(3);
  expect(end.stderr).toContain('in the middle of a merge');
  expect([status(at), readFileSync(join(at, 'f1.txt'), 'utf8'), readFileSync(join(at, 'f3.txt'), 'utf8')]).toEqual([
    ' M f3.txt\0',
    'one\n',
    'edited by me\n',
  ]);
  const id = onlyRun(given.stateDir);
  const copy = /in `([^`]*)\/\.git`/.exec(end.stderr)?.[1] ?? '';
  writeFileSync(join(copy, 'f1.txt'), 'both\n');
  git(copy, 'commit', '-qam', 'both');
  const again = headgate(['finalize', id, '--retry'], given);
  expect(again.status, again.stderr).toBe(0);
  expect([status(at), git(at, 'show', 'HEAD:f1.txt'), readFileSync(join(at, 'f3.txt'), 'utf8')]).toEqual([
    ' M f3.txt\0',
    'both\n',
    'edited by me\n',
  ]);
});
