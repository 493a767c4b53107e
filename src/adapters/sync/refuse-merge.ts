/** What is never staged and never applied, wherever a merge comes from. */
import type { Merge } from '../../ir/workspace.ts';
import { isOfGit } from '../../ir/workspace-entry.ts';
import { placeText, Told } from './told.ts';

/** Throws. */
export function refuseMerge({ changes, suspicious }: Merge, target: string): void {
  if (suspicious)
    throw new Told({
      code: 'suspicious_deletion',
      message: `${suspicious.gone} of ${suspicious.files} files are gone from the copy of ${target}, which is more than anybody would delete`,
      remedy: 'look at the copy; `headgate finalize --abandon REASON` gives it up',
    });
  const ofGit = changes.find(({ path }) => isOfGit(path));
  if (ofGit)
    throw new Told({
      code: 'workspace_git_path',
      path: ofGit.path,
      message: `${placeText(target, ofGit.path)} is git's own, and is never written`,
      remedy: 'the record of this workspace was changed; start a new run',
    });
}
