/** What a working tree is in the middle of, and what git has parked for it until that is over. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileBelow, namesIn, statBelow, withFolder } from './held-folder.ts';
import { isCommitId } from './refs.ts';

/** Beside HEAD, each as long as it is under way. */
const unfinished = [
  'MERGE_HEAD',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'rebase-merge',
  'rebase-apply',
  'BISECT_LOG',
  'sequencer/todo',
  'MERGE_AUTOSTASH',
] as const;
export type Unfinished = (typeof unfinished)[number];

/** Of a repository that is the user's own. */
export const underWayIn = (gitDir: string): Unfinished | null =>
  unfinished.find((name) => existsSync(join(gitDir, name))) ?? null;

/** Of a folder that is held open, which somebody else has filled. */
export const underWayBelow = (gitDir: number): Unfinished | null =>
  unfinished.find((name) => statBelow(gitDir, name) !== undefined) ?? null;

const parkedIn = ['MERGE_AUTOSTASH', 'rebase-merge/autostash', 'rebase-apply/autostash'] as const;
const mostId = 4_096;

export interface Parked {
  /** The file that names it, from the repository. */
  readonly from: string;
  readonly id: string;
}

/** Edits that were not committed, and are put back only when a merge or rebase is over: of no ref, and nowhere in the working tree. */
export const parkedBelow = (gitDir: number, at = ''): readonly Parked[] =>
  parkedIn.flatMap((name) => {
    const id = idIn(gitDir, name);
    return id === undefined ? [] : [{ from: `${at}${name}`, id }];
  });

/** HEADs without a branch of further working trees of this repository, and what is parked for them. Undefined where there are too many. */
export function worktreesBelow(gitDir: number, most: number): readonly Parked[] | undefined {
  const names = withFolder(gitDir, 'worktrees', namesIn) ?? [];
  if (names.length > most) return undefined;
  return names.flatMap(
    (name) =>
      withFolder(gitDir, `worktrees/${name}`, (own) => {
        const at = `worktrees/${name}/`;
        const id = idIn(own, 'HEAD');
        return [...(id === undefined ? [] : [{ from: `${at}HEAD`, id }]), ...parkedBelow(own, at)];
      }) ?? [],
  );
}

function idIn(folder: number, name: string): string | undefined {
  const text = fileBelow(folder, name, mostId)?.toString('latin1').trim();
  return text !== undefined && isCommitId(text) ? text : undefined;
}
