/** Codes and words of what can go wrong with history. */
import { printable } from '../../../base/printable.ts';
import { pathText, placeAsTyped } from '../byte-path.ts';
import type { SyncFault } from '../fault.ts';
import type { KeptCommit } from './forms.ts';
import type { Head } from './refs.ts';
import type { Unfinished } from './unfinished.ts';

export const short = (id: string | null): string => (id === null ? 'no commit' : id.slice(0, 12));
const branchName = (branch: string | null): string =>
  branch === null ? 'a detached HEAD' : `branch \`${branch.slice('refs/heads/'.length)}\``;
export const placeText = placeAsTyped;

export const noGit = (): SyncFault => ({
  code: 'workspace_git_missing',
  message: 'git is not installed in a folder of the system, and a `git_worktree` is copied with it',
  remedy: 'install git 2.38 or newer, or declare the workspace as `kind: dir`',
});

export const notARepository = (root: string, why: string): SyncFault => ({
  code: 'workspace_not_git',
  message: `\`${placeText(root)}\` is not the top of a git working tree: ${why}`,
  remedy: 'name the folder that holds `.git`, or declare the workspace as `kind: dir`',
});

export const unsupported = (root: string, what: string, remedy: string): SyncFault => ({
  code: 'workspace_git_unsupported',
  message: `the repository of \`${placeText(root)}\` ${what}`,
  remedy,
});

const isFull = (said: string): boolean => /no space left|out of diskspace|quota exceeded/i.test(said);

/** git refused what should have worked: the disk, rights, a broken repository. */
export const gitFailed = (root: string, doing: string, said: string): SyncFault => ({
  code: isFull(said) ? 'workspace_no_space' : 'workspace_git_failed',
  message: `git could not ${doing} of \`${placeText(root)}\`: ${said}`,
  remedy: isFull(said)
    ? 'make space on that disk, and try again'
    : 'put that right (`git fsck` says more of a broken repository), and try again',
});

export const keeps = (root: string, ref: string): string =>
  `git -C '${placeText(root).replaceAll("'", "'\\''")}' log ${ref}`;

export const conflict = (root: string, paths: readonly string[], ref: string): SyncFault => ({
  code: 'workspace_history_conflict',
  message: `the commits of the task and those made in \`${placeText(root)}\` meanwhile change the same lines${inPaths(paths)}; nothing was moved, and the task's commits are kept at ${ref}`,
  remedy: `merge them yourself, on the branch that is checked out there: put aside what is not committed (\`git stash\`), \`git merge ${ref}\`, commit, \`git stash pop\`; the branch must then come after the task's commits; then finalize again`,
});

const inPaths = (paths: readonly string[]): string =>
  paths.length === 0
    ? ''
    : ` in ${paths
        .slice(0, 5)
        .map((path) => `\`${pathText(path)}\``)
        .join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;

export const unrelated = (root: string, ref: string): SyncFault => ({
  code: 'workspace_history_conflict',
  message: `the history of \`${placeText(root)}\` and the one of the task have no commit in common; nothing was moved, and the task's commits are kept at ${ref}`,
  remedy: `look at them with \`${keeps(root, ref)}\`, take over what you want, and finalize again`,
});

export const rewritten = (root: string, base: string, found: string, ref: string | undefined): SyncFault => ({
  code: 'workspace_history_rewritten',
  message: `the task rewrote history: its commit ${short(found)} does not build on ${short(base)}, the commit that it began with; nothing was moved${ref === undefined ? '' : `, and the task's commits are kept at ${ref}`}`,
  remedy:
    ref === undefined
      ? 'take over what you want of its files, and give the finalize up with `headgate finalize --abandon REASON`'
      : `take over what you want (\`git cherry-pick\`, \`git reset\`) from \`${keeps(root, ref)}\`, and finalize again`,
});

export const moved = (root: string, base: Head, found: Head, dirty: boolean): SyncFault => ({
  code: 'workspace_moved',
  message: `\`${placeText(root)}\` was on ${branchName(base.branch)} at ${short(base.head)} when the copy was made, and is now on ${branchName(found.branch)} at ${short(found.head)}${dirty ? ', with changes that are not committed' : ''}`,
  remedy: `check ${branchName(base.branch)} out again, and finalize again`,
});

export const underWay = (root: string, what: string): SyncFault => ({
  code: 'workspace_moved',
  message: `git is in the middle of something in \`${placeText(root)}\` (${what})`,
  remedy: 'finish it or give it up (`git status` says how), and finalize again',
});

const nameOf: Readonly<Record<Unfinished, readonly [what: string, how: string]>> = {
  MERGE_HEAD: ['a merge', '`git commit` ends it, `git merge --abort` gives it up'],
  MERGE_AUTOSTASH: ['a merge', '`git commit` ends it, `git merge --abort` gives it up'],
  CHERRY_PICK_HEAD: ['a cherry-pick', '`git cherry-pick --continue` ends it, `--abort` gives it up'],
  REVERT_HEAD: ['a revert', '`git revert --continue` ends it, `--abort` gives it up'],
  'sequencer/todo': [
    'a cherry-pick or revert',
    '`git cherry-pick --continue` or `git revert --continue` ends it, `--abort` gives it up',
  ],
  'rebase-merge': ['a rebase', '`git rebase --continue` ends it, `git rebase --abort` gives it up'],
  'rebase-apply': [
    'a rebase, or of `git am`',
    '`git rebase --continue` or `git am --continue` ends it, `--abort` gives it up',
  ],
  BISECT_LOG: ['a bisect', '`git bisect reset` ends it'],
};

/** Nothing of the source was changed. */
export const underWayInCopy = (
  root: string,
  copy: string,
  what: Unfinished,
  kept: readonly KeptCommit[],
): SyncFault => {
  const parked = kept.filter(({ from }) => /AUTOSTASH$|autostash$/.test(from));
  const [name, how] = nameOf[what];
  return {
    code: 'workspace_git_unfinished',
    message: `the task left its copy in the middle of ${name} (\`${what}\` in \`${printable(copy)}/.git\`), so its files may be halves; nothing was changed in \`${placeText(root)}\`${parked.map(({ ref }) => `, and edits that git had put aside for it are kept at ${ref}`).join('')}`,
    remedy: `finish it in the copy: resolve the conflicts in \`${printable(copy)}\` and \`git add\` them there; ${how} (git does there what the task's \`.git/config\` and hooks say: look at those first). Then finalize again, or give the copy up with \`headgate finalize --abandon REASON\``,
  };
};

/** Before a copy is made: nothing could come back into it. */
export const underWayAtStart = (root: string, what: Unfinished): SyncFault => ({
  code: 'workspace_git_unfinished',
  message: `git is in the middle of ${nameOf[what][0]} in \`${placeText(root)}\` (\`${what}\`), so what a task does could not be taken over`,
  remedy: `${nameOf[what][1]}; then run it again`,
});

export const movesOn = (root: string): SyncFault => ({
  code: 'workspace_moved',
  message: `somebody moves the branch of \`${placeText(root)}\` again and again`,
  remedy: 'finalize again when that has stopped',
});

export const refused = (root: string, said: string): SyncFault => ({
  code: 'workspace_history_refused',
  message: `commits of the task were not taken into \`${placeText(root)}\`: ${said}`,
  remedy: 'take over what you want of its files, and give the finalize up with `headgate finalize --abandon REASON`',
});

/** Whatever was left out would be lost. */
export const notWhole = (root: string, copy: string, why: string): SyncFault => ({
  code: 'workspace_history_refused',
  message: `what the task left in its repository cannot all be kept in \`${placeText(root)}\`: ${why}`,
  remedy: `remove what nobody needs from \`${printable(copy)}/.git\` (its \`refs\`, \`packed-refs\` and \`logs/refs/stash\`; not with git, which would do what the task's settings say), and finalize again`,
});

export const locked = (path: string, holder: string): SyncFault => ({
  code: 'workspace_index_locked',
  message: `\`${placeText(path)}\` keeps others from the index, and ${holder}`,
  remedy: 'end what works there; where nothing does, remove that file; then finalize again',
});

/** What the system refuses is told like what git refuses; what cannot happen is thrown. */
export async function told<T>(
  root: string,
  doing: string,
  work: () => Promise<T>,
): Promise<T | { readonly fault: SyncFault }> {
  try {
    return await work();
  } catch (error) {
    const { code, message, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    return {
      fault: gitFailed(root, doing, ['ENOSPC', 'EDQUOT'].includes(code) ? 'no space left on the disk' : message),
    };
  }
}
