/** The copies of a run, and what is done with them. */
import type { Remains } from '../../adapters/sync/git/move-back.ts';
import type { BytePath, Conflict, Merge, Tree } from '../../ir/workspace.ts';
import type { HistoryStatus, RepositoryStatus } from '../../ir/workspace-status.ts';
import type { CopyOf } from '../../plan/workspaces/copies.ts';
import type { Standing } from '../../ports/authority.ts';
import type { WorkspaceFault, Workspaces } from '../../ports/workspaces.ts';
import type { Authority } from '../authority/authority.ts';
import type { RunState } from '../journal/fold.ts';
import type { Recorder } from '../journal/record.ts';
import type { Store } from '../store/store.ts';

export interface RunCopy extends CopyOf {
  /** Absolute. */
  readonly source: string;
}

type Faulty<T> = Promise<T | { readonly fault: WorkspaceFault }>;

export interface AppliedMerge {
  readonly written: readonly BytePath[];
  readonly removed: readonly BytePath[];
  /** Edited since the merge was made. */
  readonly conflicts: readonly Conflict[];
}

/** The sources of workspaces, on this machine. */
export interface Sources {
  /** What a source is now; `baseline` is looked at even where it is ignored by now. */
  readonly look: (copy: RunCopy, baseline?: Tree) => Faulty<{ readonly tree: Tree }>;
  /** One finalize at a time on one source, over all runs. */
  readonly lock: (copy: RunCopy) => Faulty<{ readonly release: () => Promise<void> }>;
  /** Brings everything that is to be written beside the source; answers the name of that folder, `''` where there is nothing. */
  readonly stage: (copy: RunCopy, folder: string, merge: Merge) => Faulty<{ readonly staging: string }>;
  readonly apply: (copy: RunCopy, staging: string, merge: Merge) => Faulty<AppliedMerge>;
  /** Takes back what was applied of it and not ended. */
  readonly revert: (
    copy: RunCopy,
    staging: string,
    merge: Merge,
    /** These stay. */
    without: ReadonlySet<BytePath>,
  ) => Promise<{ readonly fault?: WorkspaceFault }>;
  readonly unstage: (copy: RunCopy, staging: string) => void;
  /** Of a copy whose changes are given up, and of which nothing is applied: whatever an earlier process has laid ready, told or not. */
  readonly clear: (copy: RunCopy) => void;
  /** Whether there is anything of it. */
  readonly isStaged: (staging: string) => boolean;
  /** Commits that were made in the copy; again after a crash it does nothing twice. Answers what became of them. */
  readonly importHistory: (
    copy: RunCopy,
    folder: string,
    git: Uint8Array,
  ) => Faulty<{ readonly history: HistoryStatus }>;
  /** Takes the branch back that was moved, unless somebody has committed upon it: then it says so. */
  readonly revertHistory: (copy: RunCopy) => Faulty<{ readonly remains?: Remains }>;
  /** All of it is taken over: nothing of it is to be taken back any more. */
  readonly endHistory: (copy: RunCopy) => void;
  /** After files were applied. */
  readonly settleHistory: (copy: RunCopy) => Promise<void>;
  /** Keeps what the copy has at each of them; answers where there is something. */
  readonly keep: (
    copy: RunCopy,
    folder: string,
    conflicts: readonly Conflict[],
  ) => Faulty<{ readonly kept: readonly BytePath[] }>;
  /** Moves repositories that were made in the copy to where they stay: it is going to be taken away. */
  readonly keepRepositories: (
    copy: RunCopy,
    folder: string,
    tree: Tree,
  ) => Faulty<{ readonly repositories: readonly RepositoryStatus[] }>;
  /** Keeps what the source has at each of them, before the side of the copy takes its place. */
  readonly spare: (copy: RunCopy, conflicts: readonly Conflict[]) => Faulty<{ readonly kept: readonly BytePath[] }>;
}

/** What is needed to finalize, whether a run is driven or not. */
export interface FinalizeContext {
  readonly id: string;
  readonly record: Recorder;
  readonly authority: Pick<Authority, 'stand' | 'back' | 'over'>;
  readonly store: Store;
  readonly state: () => RunState;
  readonly sources: (on: Standing) => Sources;
  /** Undefined where the place of a copy has none. */
  readonly placeOf: (copy: RunCopy) => Workspaces | undefined;
}

const none = async (): Promise<never> => {
  throw new Error('the run has no workspaces');
};

/** Of a run without workspaces. */
export const noSources: Sources = {
  look: none,
  lock: none,
  stage: none,
  apply: none,
  revert: none,
  unstage: () => {},
  clear: () => {},
  isStaged: () => false,
  importHistory: none,
  revertHistory: none,
  endHistory: () => {},
  settleHistory: none,
  keep: none,
  keepRepositories: none,
  spare: none,
};

export const noPlace = (copy: CopyOf): WorkspaceFault => ({
  code: 'workspace_unsupported',
  message: `the environment \`${copy.realized.environmentId}\` keeps no copies of workspaces`,
  remedy: 'let its components run where copies can be kept, such as `local`',
});
