/** What git itself knows of a working tree: its own list of what to ignore, and what it tracks although that is ignored. */
import { spawn } from 'node:child_process';
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BytePath } from '../../../ir/workspace.ts';
import { systemProgram } from '../../files/system-program.ts';
import type { SyncFault } from '../fault.ts';

/** Arguments of one call; of more, git is asked for everything that it tracks. */
const mostNames = 256;
const longestNames = 65_536;
/** Bytes of what git answers: names of some millions of files. */
const longestAnswer = 1 << 29;
const largestFile = 1 << 20;

/** In latin1. `''` where there is none. Danger: a repository that a task wrote to may hold links and pipes in its place. */
export function ownExclude(root: string): string {
  const git = join(root, '.git');
  try {
    const folder = lstatSync(git).isDirectory() ? git : worktreeFolder(root, git);
    const common = join(folder, 'commondir');
    const shared = folder === git ? folder : resolve(folder, textOf(common).trim());
    return textOf(join(shared, 'info', 'exclude'));
  } catch {
    return '';
  }
}

/** A worktree has a file that names its folder. */
function worktreeFolder(root: string, file: string): string {
  const named = /^gitdir: (.+?)\r?\n*$/.exec(textOf(file))?.[1];
  return named === undefined ? file : resolve(root, named);
}

function textOf(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    return stat.isFile() && stat.size <= largestFile ? readFileSync(fd, 'latin1') : '';
  } finally {
    closeSync(fd);
  }
}

/** What is tracked of these paths, and below them. A tree that has no repository tracks nothing. */
export async function trackedBelow(
  root: string,
  paths: readonly BytePath[],
): Promise<{ readonly tracked: readonly BytePath[] } | { readonly fault: SyncFault }> {
  if (paths.length === 0 || !lstatSync(join(root, '.git'), { throwIfNoEntry: false })) return { tracked: [] };
  const program = systemProgram('git');
  if (program === undefined) return { fault: cannotAsk('git is not installed') };
  // Names that are no plain text cannot be arguments: then everything is asked for.
  const isFew =
    paths.length <= mostNames &&
    paths.reduce((sum, path) => sum + path.length, 0) <= longestNames &&
    paths.every((path) => /^[ -~]+$/.test(path));
  const answer = await ask(program, root, isFew ? ['--', ...paths] : []);
  if (typeof answer === 'string') return { fault: cannotAsk(answer) };
  const wanted = new Set(paths);
  const all = answer.toString('latin1').split('\0').slice(0, -1);
  return { tracked: all.filter((path) => isIn(wanted, path)) };
}

/** Also when a folder around it is. */
function isIn(wanted: ReadonlySet<BytePath>, path: BytePath): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1))
    if (wanted.has(path.slice(0, end))) return true;
  return false;
}

/** Nothing of what the repository or its user configures is run, no lock is taken, and nothing is fetched. */
const settings = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.untrackedCache=false',
  'core.quotePath=false',
];

function ask(program: string, root: string, names: readonly string[]): Promise<Buffer | string> {
  const options = [...settings.flatMap((one) => ['-c', one]), '--literal-pathspecs'];
  return new Promise((done) => {
    const child = spawn(program, [...options, 'ls-files', '-z', '--cached', ...names], {
      cwd: root,
      env: {
        LC_ALL: 'C',
        PATH: '/usr/bin:/bin',
        HOME: '/nonexistent',
        GIT_DIR: join(root, '.git'),
        GIT_WORK_TREE: root,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_OPTIONAL_LOCKS: '0',
        GIT_NO_LAZY_FETCH: '1',
        GIT_ALLOW_PROTOCOL: 'none',
        GIT_TERMINAL_PROMPT: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const parts: Buffer[] = [];
    let length = 0;
    let said = '';
    child.stdout.on('data', (part: Buffer) => {
      length += part.length;
      if (length > longestAnswer) child.kill('SIGKILL');
      else parts.push(part);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 2000) said += text;
    });
    child.on('error', (error) => done(error.message));
    child.on('close', (code, signal) =>
      done(code === 0 ? Buffer.concat(parts) : (said.split('\n')[0] as string) || `it ended with ${code ?? signal}`),
    );
  });
}

const cannotAsk = (reason: string): SyncFault => ({
  code: 'workspace_git_failed',
  message: `git cannot say what it tracks in the workspace: ${reason}`,
  remedy: 'see that `git ls-files` works there, or use `kind: dir`',
});
