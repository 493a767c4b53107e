/** git looks at all files of an index of ours, and says which are not as it has them: sooner than any thread of ours could. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BytePath } from '../../../ir/workspace.ts';
import { makeFolders } from '../../files/make-folders.ts';
import { callGit } from '../git/call.ts';

/**
 * `index` is a descriptor. Undefined where git cannot tell, of anything: it is missing, or something could not be looked at. It reads no
 * file of the tree, and no settings of any repository: the one that it needs is an empty one of ours.
 */
export async function changedSince(
  index: number,
  root: string,
  cacheFile: string,
): Promise<readonly BytePath[] | undefined> {
  const gitDir = repositoryBeside(cacheFile);
  if (gitDir === undefined) return undefined;
  const args = ['diff-files', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-textconv'];
  // By its descriptor: what is in its place by now was written with another cache.
  const end = await callGit({ gitDir, args, workTree: root, index: '/proc/self/fd/0', inputFile: index });
  // What it could not look at, it only says.
  if (end.code !== 0 || !end.isSilent) return undefined;
  return end.out.toString('latin1').split('\0').slice(0, -1);
}

/** As little as git takes for one. */
function repositoryBeside(cacheFile: string): string | undefined {
  const at = join(dirname(cacheFile), 'repository');
  try {
    for (const name of ['objects', 'refs']) makeFolders(join(at, name), 0o700);
    writeFileSync(join(at, 'HEAD'), 'ref: refs/heads/none\n', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return undefined;
  }
  return at;
}
