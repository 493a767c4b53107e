/** What a folder holds. It is only read; nothing in it is followed out of it. */
import type { PlanWorkspace } from '../../ir/plan-workspace-schema.ts';
import type { Tree } from '../../ir/workspace.ts';
import type { SyncFault } from './fault.ts';

export interface SnapshotOptions {
  /** Absolute. */
  readonly root: string;
  /** Globs of the settings: what they match is not looked at. */
  readonly exclude: readonly string[];
  /** Of a `git_worktree`, what git ignores is not looked at either, unless git tracks it. In a `dir`, `.gitignore` is a file like any other. */
  readonly kind: PlanWorkspace['kind'];
  /** `scanCacheFile` names it. Without one, everything is hashed. */
  readonly cacheFile?: string;
  /** False: the hash of each file is `''`. */
  readonly hashes?: boolean;
  /**
   * What was there when the copy was made. It is looked at even where it is ignored now: a task that writes a `.gitignore` removes nothing.
   * Danger: without it, a finalize takes what became ignored meanwhile for removed.
   */
  readonly baseline?: Tree;
  /** Absolute paths that are not looked at: the state folder, where it lies in a source. */
  readonly without?: readonly string[];
  /** It is the copy of a workspace, at another place than the source: no link of it may be absolute but those of the baseline. */
  readonly isCopy?: boolean;
}

export type Snapshot = { readonly tree: Tree } | { readonly fault: SyncFault };

export declare function takeSnapshot(options: SnapshotOptions): Promise<Snapshot>;
