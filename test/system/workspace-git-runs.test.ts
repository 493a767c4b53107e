/** Runs on git working trees: what tasks commit, and what they leave in their repository besides. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryStatus } from '../../src/ir/workspace-status.ts';
import { headgate } from '../support/run/cli-run.ts';
import { useRuns } from '../support/run/use-runs.ts';
import { layTree, onlyRun, shown, workScenario } from '../support/run/workspaces.ts';

const { lay, options } = useRuns();
const laid = (files: ReturnType<typeof workScenario>) => {
  const root = lay(files);
  const source = join(root, '..', 'tree');
  layTree(source, { 'a.txt': 'a\n' });
  return { root, source };
};

describe('a copy', () => {
  it('is a repository of its own for a git_worktree: commits come back, and the source is as clean as it was', () => {
    const given = options();
    const commit = 'git -c user.name=t -c user.email=t@e.x commit -q';
    const { root, source } = laid(
      workScenario(
        {
          build: {
            does: `git status --porcelain > /tmp/s; echo more >> a.txt; git add -A; ${commit} -m task; echo rest > rest.txt`,
            settings: { workspace: 'src' },
          },
        },
        { src: { source: './tree', kind: 'git_worktree' } },
      ),
    );
    const git = (...args: string[]): string => spawnSync('git', args, { cwd: source, encoding: 'utf8' }).stdout;
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('-c', 'user.name=u', '-c', 'user.email=u@e.x', 'commit', '-qm', 'begin');
    const end = headgate(['run', root], given);
    expect(end.status, end.stderr).toBe(0);
    expect(git('log', '--format=%s')).toBe('task\nbegin\n');
    expect(git('status', '--porcelain')).toBe('?? rest.txt\n');
    expect(git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\n');
    expect(git('fsck', '--strict')).toBe('');
  });

  it('tells what a task left in its repository, where it is, and how to look at it', () => {
    const given = options();
    const commit = 'git -c user.name=t -c user.email=t@e.x commit -q';
    const stash = 'git -c user.name=t -c user.email=t@e.x stash -q';
    const { root, source } = laid(
      workScenario(
        {
          build: {
            does: `echo 1 > a.txt; ${stash}; echo 2 > a.txt; ${stash}; git tag seen; echo 3 > a.txt; ${commit} -am task; git checkout -q -b feature`,
            settings: { workspace: 'src' },
          },
        },
        { src: { source: './tree', kind: 'git_worktree' } },
      ),
    );
    const git = (...args: string[]): string => spawnSync('git', args, { cwd: source, encoding: 'utf8' }).stdout;
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('-c', 'user.name=u', '-c', 'user.email=u@e.x', 'commit', '-qm', 'begin');
    const end = headgate(['run', root], given);
    expect(end.status, end.stderr).toBe(0);
    const id = onlyRun(given.stateDir);
    const { history } =
      (shown(id, given) as unknown as { workspaces: { history: HistoryStatus }[] }).workspaces[0] ?? {};
    expect(history).toMatchObject({
      outcome: 'fast_forward',
      branch: 'refs/heads/main',
      head: git('rev-parse', 'main').trim(),
    });
    expect(history?.kept.map(({ from }) => from)).toEqual([
      'refs/heads/feature',
      'refs/tags/seen',
      'stash@{0}',
      'stash@{1}',
    ]);
    const status = headgate(['status', id], given).stdout;
    const lines = history?.kept.map(
      ({ from, ref }) =>
        `src:/build kept ${from} of the copy: git -C ${source} ${from.startsWith('stash') ? 'stash show -p' : 'log'} ${ref}\n`,
    );
    for (const line of lines ?? []) {
      expect(end.stderr).toContain(line);
      expect(status).toContain(`  ${line}`);
      const command = line.slice(line.indexOf('git -C ')).trim();
      expect(spawnSync('sh', ['-c', command], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    }
    expect(status).toContain(
      `  src:/build main went forward to what the task committed: git -C ${source} log ${history?.head}\n`,
    );
    expect(git('show', `${history?.kept[3]?.ref}:a.txt`)).toBe('1\n');
    expect(existsSync(join(source, '.git/headgate'))).toBe(false);
  });
});
