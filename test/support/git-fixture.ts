/** Real repositories, made and looked at with the git of the system, as a user would. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const env = (home = '/nonexistent'): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  LC_ALL: 'C',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.test',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.test',
});

/** Its standard output; throws where git fails. */
export const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', [...args], { cwd, env: env(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

export const gitEnd = (
  cwd: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly text: string } => {
  const { status, stdout, stderr } = spawnSync('git', [...args], { cwd, env: env(), encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
};

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

export function commit(folder: string, files: Readonly<Record<string, string>>, message = 'change'): string {
  write(folder, files);
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', message);
  return headOf(folder);
}

export const headOf = (folder: string): string => git(folder, 'rev-parse', 'HEAD').trim();
export const status = (folder: string): string => git(folder, 'status', '--porcelain', '-z');
export const refsOf = (folder: string): string => git(folder, 'for-each-ref', '--format=%(refname) %(objectname)');

export function repository(folder: string, ...init: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  git(folder, 'init', '-q', '-b', 'main', ...init);
  commit(folder, { 'a.txt': 'one\ntwo\nthree\n', 'dir/b.txt': 'b\n' }, 'first');
  return folder;
}

/** What the copy of files does, without anything called `.git`. */
export function copyFiles(from: string, to: string): void {
  for (const name of readdirSync(to)) if (name !== '.git') rmSync(join(to, name), { recursive: true });
  for (const name of readdirSync(from))
    if (name !== '.git')
      cpSync(join(from, name), join(to, name), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => basename(path) !== '.git',
      });
}

/** Complaints of the independent judge; empty where all is well. What nothing leads to is none. */
export function fsck(folder: string): string {
  const { status: code, text } = gitEnd(folder, 'fsck', '--full', '--strict', '--no-dangling', '--no-progress');
  return code === 0 ? text.replace(/^notice: .*\n/gm, '').trim() : `${code}: ${text}`;
}
