/** Repositories below the top of a workspace: of a source they are refused, since git in the copy would take the wrong one; of a task they are kept. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkspaceStatus } from '../../src/ir/workspace-status.ts';
import { commit, git, repository, status } from '../support/git-fixture.ts';
import { headgate } from '../support/run/cli-run.ts';
import { useRuns } from '../support/run/use-runs.ts';
import { layTree, onlyRun, shown, textAt, workScenario } from '../support/run/workspaces.ts';

const { lay, options } = useRuns();
const as = 'git -c user.name=t -c user.email=t@e.x';
const made = (kind: string, does: string): { readonly root: string; readonly source: string } => {
  const root = lay(
    workScenario({ build: { does, settings: { workspace: 'src' } } }, { src: { source: './tree', kind } }),
  );
  const source = join(root, '..', 'tree');
  layTree(source, { 'a.txt': 'a\n' });
  return { root, source };
};

describe('a repository that a task makes in its copy', () => {
  const does = `for d in nested sub/deep .; do test "$d" = . && test -e .git && continue; mkdir -p $d; ${as} -C $d init -q -b main; echo in $d > $d/x.txt; ${as} -C $d add x.txt; ${as} -C $d commit -qm "made in $d"; done; git init -q empty`;

  it.each([
    ['git_worktree', ['nested/.git', 'sub/deep/.git']],
    ['dir', ['.git', 'nested/.git', 'sub/deep/.git']],
  ])('is kept with its history, and told, in a %s', (kind, paths) => {
    const given = options();
    const { root, source } = made(kind, does);
    if (kind === 'git_worktree') {
      git(source, 'init', '-q', '-b', 'main');
      commit(source, {});
    }
    const end = headgate(['run', root], given);
    expect(end.status, end.stderr).toBe(0);
    expect(textAt(source, 'nested/x.txt')).toBe('in nested\n');
    expect(existsSync(join(source, 'nested/.git'))).toBe(false);
    const id = onlyRun(given.stateDir);
    const [one] = (shown(id, given) as unknown as { workspaces: WorkspaceStatus[] }).workspaces;
    expect(one?.repositories?.map(({ path }) => path)).toEqual(paths);
    const told = headgate(['status', id], given).stdout;
    for (const { path, kept } of one?.repositories ?? []) {
      const folder = path.replace(/\/?\.git$/, '') || '.';
      expect(git(kept, '--git-dir', '.', 'log', '--format=%s')).toBe(`made in ${folder}\n`);
      const line = `src:/build kept ${path}, which is not in the source: `;
      expect(end.stderr).toContain(line);
      const command =
        told
          .split('\n')
          .find((text) => text.includes(line))
          ?.split(line)[1] ?? '';
      const bare = join(root, '..', 'bare');
      rmSync(bare, { recursive: true, force: true });
      expect(spawnSync('sh', ['-c', command.replace('FOLDER', bare)], { encoding: 'utf8' }).status).toBe(0);
      expect(git(bare, 'log', '--format=%s', 'main')).toBe(`made in ${folder}\n`);
    }
  });
});

describe('a source with a repository in it', () => {
  it('is refused before the task begins, and taken where that is left out, or no repository is copied', () => {
    const { root, source } = made('git_worktree', 'echo done > done.txt');
    git(source, 'init', '-q', '-b', 'main');
    commit(source, {});
    repository(join(source, 'lib', 'clone'));
    const given = options();
    const end = headgate(['run', root], given);
    expect(end.status, end.stderr).not.toBe(0);
    expect(end.stderr).toContain('`lib/clone` of');
    expect(JSON.stringify(shown(onlyRun(given.stateDir), given))).toContain('exclude');
    expect([status(source), existsSync(join(source, 'done.txt'))]).toEqual(['?? lib/\0', false]);
    const file = join(root, '..', 'headgate.yaml');
    const settings = readFileSync(file, 'utf8');
    for (const [was, becomes] of [
      ['"kind":"git_worktree"', '"kind":"git_worktree","exclude":["lib/clone"]'],
      ['"kind":"git_worktree"', '"kind":"dir"'],
    ] as const) {
      rmSync(join(source, 'done.txt'), { force: true });
      writeFileSync(file, settings.replace(was, becomes));
      const taken = headgate(['run', root], options());
      expect([taken.status, existsSync(join(source, 'done.txt'))], taken.stderr).toEqual([0, true]);
    }
  });
});
