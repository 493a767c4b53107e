/** What is told of work that was not taken over: where it is, and how to be rid of it. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkspaceStatus } from '../../src/ir/workspace-status.ts';
import { git } from '../support/git-fixture.ts';
import { headgate, type RunOptions, until } from '../support/run/cli-run.ts';
import { useRuns } from '../support/run/use-runs.ts';
import { layTree, namesIn, onlyRun, shown, textAt, workScenario } from '../support/run/workspaces.ts';

const { lay, options, start } = useRuns();
const copyOf = (id: string, given: RunOptions): WorkspaceStatus =>
  (shown(id, given) as unknown as { workspaces: WorkspaceStatus[] }).workspaces[0] as WorkspaceStatus;

describe('what was kept of a finalize that failed', () => {
  it('is told at once, and once it is given up with the command that removes it, which it does', {
    timeout: 180_000,
  }, () => {
    const given = options();
    const commit = 'git -c user.name=t -c user.email=t@e.x commit -q';
    const does = `git checkout -q -b feature; echo f > f.txt; git add -A; ${commit} -m f; git checkout -q main; ${commit} --amend -m other; echo s > a.txt; git -c user.name=t -c user.email=t@e.x stash -q`;
    const root = lay(
      workScenario(
        { build: { does, settings: { workspace: 'src' } } },
        { src: { source: './tree', kind: 'git_worktree' } },
      ),
    );
    const source = join(root, '../tree');
    layTree(source, { 'a.txt': 'a\n' });
    git(source, 'init', '-q', '-b', 'main');
    git(source, 'add', '-A');
    git(source, 'commit', '-q', '-m', 'begin');
    git(source, 'update-ref', 'refs/headgate/kept/of-another-run/head', 'HEAD');
    const end = headgate(['run', root], given);
    expect([end.status, end.stderr]).toEqual([
      3,
      expect.stringMatching(/does not build on [0-9a-f]+, the commit that it began with/),
    ]);
    const id = onlyRun(given.stateDir);
    const failed = copyOf(id, given);
    expect(failed).toMatchObject({ finalize: 'failed', code: 'workspace_history_rewritten' });
    expect(failed.history).toMatchObject({
      outcome: 'unchanged',
      branch: 'refs/heads/main',
      head: git(source, 'rev-parse', 'main').trim(),
    });
    expect(failed.history?.kept.map(({ from }) => from)).toEqual([
      'refs/heads/main',
      'refs/heads/feature',
      'stash@{0}',
    ]);
    for (const { ref, from } of failed.history?.kept ?? []) {
      expect(end.stderr).toContain(`kept ${from} of the copy: git -C ${source}`);
      expect(git(source, 'rev-parse', '--verify', ref)).not.toBe('');
    }
    const givenUp = headgate(['finalize', id, '--abandon', 'no use'], given);
    expect([givenUp.status, givenUp.stdout]).toEqual([0, 'src:/build abandoned: no use\n']);
    const [, command = ''] = /can be removed, for good: (.*)$/m.exec(givenUp.stderr) ?? [];
    expect(headgate(['status', id], given).stdout).toContain(command);
    expect(copyOf(id, given).history?.kept).toHaveLength(3);
    expect(spawnSync('sh', ['-c', command], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(git(source, 'for-each-ref', '--format=%(refname)')).toBe(
      'refs/headgate/kept/of-another-run/head\nrefs/heads/main\n',
    );
    expect(copyOf(id, given).history?.kept ?? []).toEqual([]);
    expect(headgate(['status', id], given).stdout).not.toContain('for good');
    expect(headgate(['resume', id], given).status).toBe(0);
    const verified = headgate(['verify-run', id], given);
    expect([verified.status, verified.stdout]).toEqual([
      0,
      expect.stringContaining('  the changes of src:/build were given up: no use\n'),
    ]);
    expect(JSON.parse(headgate(['verify-run', id, '--format', 'json'], given).stdout)).toMatchObject({
      abandoned: [{ workspace: 'src:/build', reason: 'no use' }],
    });
  });
});

describe('where the side of the copy is taken', () => {
  it('a folder that the source had made of a file goes, and `status` and the end of the run say where it is', {
    timeout: 180_000,
  }, async () => {
    const given = options();
    const root = lay(
      workScenario(
        {
          build: {
            does: 'touch begun; until test -e go; do sleep 0.1; done; rm go begun; echo task > notes',
            settings: { workspace: 'src' },
          },
        },
        { src: { source: './tree', kind: 'dir', conflictPolicy: 'remote_wins' } },
      ),
    );
    const source = join(root, '../tree');
    layTree(source, { notes: 'a\n' });
    const run = start(root, given);
    const files = await until(
      () =>
        namesIn(join(given.stateDir, 'workspaces')).map((one) =>
          join(given.stateDir, 'workspaces', one, 'src%3A%2Fbuild/files'),
        )[0] ?? '',
      (at) => existsSync(join(at, 'begun')),
      60_000,
    );
    spawnSync('rm', [join(source, 'notes')]);
    layTree(source, { 'notes/mine.txt': 'mine\n', 'notes/deep/too.txt': 'too\n' });
    writeFileSync(join(files, 'go'), '');
    await (await run.catch(() => undefined))?.ended;
    const id = onlyRun(given.stateDir);
    const one = await until(
      () => copyOf(id, given),
      ({ finalize }) => finalize === 'succeeded' || finalize === 'failed',
      60_000,
    );
    expect(one).toMatchObject({ finalize: 'succeeded', conflicts: [{ path: 'notes', resolution: 'remote' }] });
    const { spared = '' } = one.conflicts[0] ?? {};
    expect(textAt(source, 'notes')).toBe('task\n');
    expect([textAt(spared, 'mine.txt'), textAt(spared, 'deep/too.txt')]).toEqual(['mine\n', 'too\n']);
    expect(headgate(['status', id], given).stdout).toContain(
      `  src:/build took the side of the copy at notes; what the source had is kept: ${spared}\n`,
    );
    expect(headgate(['workspace', 'conflicts', id], given).stdout).toContain(spared);
  });
});
