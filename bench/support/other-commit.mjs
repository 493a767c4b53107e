/** Another commit, built in a folder of its own, so that both can be run in turn. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function done(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${status ?? error?.code}: ${`${stderr}`.slice(-800)}`);
  return stdout.trim();
}

export const commitOf = (root, rev = 'HEAD') => done('git', ['rev-parse', '--verify', `${rev}^{commit}`], root);

/** Whether files that git knows are not as they were committed. */
export const isChanged = (root) => done('git', ['status', '--porcelain', '--untracked-files=no'], root) !== '';

/** Answers the command of the other commit, and what takes its folder away again. */
export function buildOther(root, rev, folder) {
  const commit = commitOf(root, rev);
  const at = join(folder, 'other');
  done('git', ['worktree', 'add', '--detach', at, commit], root);
  const remove = () => done('git', ['worktree', 'remove', '--force', at], root);
  try {
    const same = readFileSync(join(root, 'package-lock.json')).equals(readFileSync(join(at, 'package-lock.json')));
    // The same packages need not be fetched again.
    if (same && existsSync(join(root, 'node_modules'))) {
      cpSync(join(root, 'node_modules'), join(at, 'node_modules'), { recursive: true, verbatimSymlinks: true });
      done('npm', ['run', 'gen'], at);
      done('npm', ['run', 'build'], at);
    } else done('npm', ['ci'], at);
    const cli = ['dist/cli.cjs', 'dist/cli.js'].map((name) => join(at, name)).find((file) => existsSync(file));
    if (!cli) throw new Error(`${commit} builds no command line`);
    return { commit, command: [process.execPath, cli], remove };
  } catch (error) {
    remove();
    throw error;
  }
}
