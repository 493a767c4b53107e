/** Running the built command line as somebody without rights. */
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const isRoot = process.getuid?.() === 0;
/** A number that no account has: rights come from the number alone. */
export const user = 51_234;

/** What to put in front of node, for a test that is run as root; nothing for others. `folder` is one that everybody may enter. */
export function asUser(folder: string): readonly string[] {
  if (!isRoot) return [];
  chmodSync(folder, 0o755);
  const repository = join(folder, 'repository');
  mkdirSync(repository, { recursive: true });
  // The command line is reached under a path that this user may enter, wherever the repository lies.
  const script = `mount --bind ${resolve('.')} ${repository} && node=$1 && shift 2 && exec setpriv --reuid=${user} --regid=${user} --clear-groups --no-new-privs "$node" ${repository}/dist/cli.cjs "$@"`;
  return ['unshare', '-m', 'sh', '-c', script, 'sh'];
}

/** A folder for state that belongs to this user. */
export function ownedByUser(folder: string, name: string): string {
  chmodSync(folder, 0o755);
  const path = join(folder, name);
  mkdirSync(path);
  if (isRoot) chownSync(path, user, user);
  return path;
}
