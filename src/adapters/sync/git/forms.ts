/** What is known of a repository, and of the history that goes into a copy and comes back. All of it is plain JSON. */
import type { BytePath } from '../../../ir/workspace.ts';

export interface GitState {
  /** Absolute, the root that was asked about: always the top of a working tree. */
  readonly topLevel: string;
  /** Absolute: where HEAD and the index of this working tree are. */
  readonly gitDir: string;
  /** Absolute: where objects and branches are. Another folder than `gitDir` for a linked worktree. */
  readonly commonDir: string;
  readonly linkedWorktree: boolean;
  readonly objectFormat: 'sha1' | 'sha256';
  /** A commit; null where there is none yet. */
  readonly head: string | null;
  /** `refs/heads/…`; null where HEAD is detached. */
  readonly branch: string | null;
  /** Something that is tracked differs from HEAD, in the index or in the working tree. What is untracked does not count. */
  readonly dirty: boolean;
  /** There is an `index.lock`. `self`: left by an import of ours; the next one takes it over where that is dead. */
  readonly indexLock: 'none' | 'self' | 'other';
  readonly shallow: boolean;
  readonly sparse: boolean;
  /** Their files travel like others; commits that are made in them do not. */
  readonly submodules: readonly BytePath[];
  /** What git is in the middle of, such as `MERGE_HEAD`. */
  readonly underWay: string | null;
}

/** Goes into the journal when the copy is made, and comes back with `importFrom`. */
export interface GitBase {
  readonly head: string | null;
  readonly branch: string | null;
  /**
   * What was staged: `MODE ID` by path, in `pathText`; an empty text for a removal. Null where there was too much of it to be written
   * down: an import then leaves those entries of the index as they are.
   */
  readonly staged: Readonly<Record<string, string>> | null;
}

/** What the copy has under a name and the source has not, and the ref of the source that now leads to it. */
export interface KeptCommit {
  readonly ref: string;
  /** Or another object, where a tag names one. */
  readonly commit: string;
  /** Its name in the copy: of a ref, `stash@{N}`, or `HEAD` where that is on no branch. */
  readonly from: string;
}

export interface Imported {
  /** `kept`: the branch that the copy was given has no commit that the source does not have. */
  readonly history: 'kept' | 'fast_forward' | 'merged';
  /** Of the source, afterwards. */
  readonly head: string | null;
  /** What it was imported into: the branch that is checked out in the source. Null: its detached HEAD. */
  readonly branch: string | null;
  /** Further branches of the copy, tags and other refs, all of its stash, and its HEAD where that is on no branch. */
  readonly kept: readonly KeptCommit[];
}

export interface ImportOptions {
  readonly copyRoot: string;
  readonly root: string;
  readonly base: GitBase;
  /** The same each time that this import is tried: commits that cannot be put in are kept below `refs/headgate/kept/<id>/`. Letters, digits, `.`, `_`, `-`. */
  readonly id: string;
  /** Absolute: where it is written which branch is moved, for `moveBack`. */
  readonly movedFile?: string;
}
