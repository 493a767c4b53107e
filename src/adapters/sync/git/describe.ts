/** What a working tree is, and what state it is in. Nothing that the repository's settings name is run. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { BytePath } from '../../../ir/workspace.ts';
import type { SyncFault } from '../fault.ts';
import { callGit, gitIsThere } from './call.ts';
import { gitFailed, noGit, notARepository, told } from './faults.ts';
import type { GitState } from './forms.ts';
import { indexLockOf } from './index-lock.ts';
import { locate, type Places } from './locate.ts';
import { headOf } from './refs.ts';
import { withTemporary } from './scratch.ts';
import { underWayIn } from './unfinished.ts';
import { copyIndex, viewOf } from './view.ts';

export async function describe(root: string): Promise<{ readonly git: GitState } | { readonly fault: SyncFault }> {
  if (!gitIsThere()) return { fault: noGit() };
  const places = await locate(root);
  if ('fault' in places) return places;
  const at = headOf(places.gitDir, places.commonDir);
  if (at === undefined) return { fault: notARepository(root, 'its HEAD says neither a branch nor a commit') };
  return told(root, 'look into the working tree', () =>
    withTemporary(async (scratch) => {
      const state = await stateOf(places, at.head, scratch.path);
      if ('fault' in state) return state;
      const { topLevel, gitDir, commonDir, linkedWorktree, objectFormat, shallow } = places;
      return {
        git: {
          ...{ topLevel, gitDir, commonDir, linkedWorktree, objectFormat, shallow },
          ...at,
          dirty: state.dirty,
          indexLock: indexLockOf(gitDir),
          sparse: places.settings.get('core.sparsecheckout') === 'true',
          submodules: state.submodules,
          underWay: underWayIn(gitDir),
        },
      };
    }),
  );
}

/** `folder` exists, and is the caller's to remove. */
export async function stateOf(
  places: Places,
  head: string | null,
  folder: string,
): Promise<{ readonly dirty: boolean; readonly submodules: readonly BytePath[] } | { readonly fault: SyncFault }> {
  const gitDir = viewOf(places, join(folder, randomUUID()));
  const index = join(gitDir, 'index');
  const hasIndex = copyIndex(places.gitDir, index, gitDir);
  if (!hasIndex) return { dirty: head !== null, submodules: [] };
  const call = { gitDir, workTree: places.topLevel, index };
  const listed = await callGit({ ...call, args: ['ls-files', '-s', '-z'] });
  if (listed.code !== 0) return { fault: gitFailed(places.topLevel, 'read the index', listed.said) };
  const against = head ?? emptyTree(places);
  // It is a copy of the index that learns the times of files.
  await callGit({ ...call, args: ['update-index', '-q', '--refresh'] });
  const args = ['diff-index', '--quiet', '--ignore-submodules=all', against, '--'];
  const differs = await callGit({ ...call, args });
  if (differs.code !== 0 && differs.code !== 1)
    return { fault: gitFailed(places.topLevel, 'compare the working tree', differs.said) };
  const submodules = listed.out
    .toString('latin1')
    .split('\0')
    .filter((entry) => entry.startsWith('160000 '));
  return { dirty: differs.code === 1, submodules: submodules.map((entry) => entry.slice(entry.indexOf('\t') + 1)) };
}

/** The tree without entries, which git knows without having it. */
export const emptyTree = ({ objectFormat }: Pick<Places, 'objectFormat'>): string =>
  objectFormat === 'sha1'
    ? '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
    : '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321';
