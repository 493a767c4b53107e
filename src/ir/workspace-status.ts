/** What a run says of its workspaces and of what was asked, as `status --format json` prints it. */
import type { JsonObject } from '../base/json.ts';
import type { ConflictKind } from './workspace.ts';

/** `in_flight`: a process that lives is finalizing it. `unknown`: one that is gone was, and nobody has looked since. */
export const finalizeStates = ['pending', 'in_flight', 'succeeded', 'failed', 'abandoned', 'unknown'] as const;
export type FinalizeState = (typeof finalizeStates)[number];

/** Where it is worked on, and what said so. */
export interface RealizedAt {
  readonly environmentId: string;
  readonly source: 'component' | 'workspace' | 'default';
  /** A copy was there already, and was not taken, since it is configured differently: this one is new. Null where there was none. */
  readonly conflict: {
    readonly reason: 'reused_workspace_environment_mismatch';
    readonly workspaceEnvironmentId: string;
    readonly intendedEnvironmentId: string;
    readonly intendedSource: RealizedAt['source'];
    /** Digests of environment, profile and sandbox, which differ also where the environment is the same. */
    readonly workspaceIdentity: string;
    readonly intendedIdentity: string;
  } | null;
}

export interface ConflictStatus {
  /** As it is shown; see `pathText`. */
  readonly path: string;
  readonly kind: ConflictKind;
  readonly resolution: 'pending' | 'local' | 'remote';
  /** Absolute path of what the copy has there; null where it has nothing. */
  readonly kept: string | null;
  /** Absolute path of what the source had there, where the side of the copy has taken its place. */
  readonly spared?: string;
  /** Something in the folder of the source that is ignored, excluded or new, and so keeps the folder in its place. */
  readonly held?: string;
}

export const historyOutcomes = ['unchanged', 'fast_forward', 'merged'] as const;

/** What became of the commits of a copy that is a repository. */
export interface HistoryStatus {
  /** Of the branch of the source; `unchanged` where the task has put nothing on it that the source did not have. */
  readonly outcome: (typeof historyOutcomes)[number];
  /** The branch, `refs/heads/…`; null where the source is on none. */
  readonly branch: string | null;
  /** The commit that it is at since; null where it has none. */
  readonly head: string | null;
  /** What the task left under other names, and is under refs of the source's own now. */
  readonly kept: readonly KeptStatus[];
}

export interface KeptStatus {
  /** Of the source, below `refs/headgate/kept/`. */
  readonly ref: string;
  readonly commit: string;
  /** What it is called in the copy: a ref, `stash@{N}`, or `HEAD` where that was on no branch. */
  readonly from: string;
}

/** A repository that a task made in its copy, below the top of that. */
export interface RepositoryStatus {
  /** What it was in the copy, as it is shown: `nested/.git`. */
  readonly path: string;
  /** Absolute: where it is now. */
  readonly kept: string;
}

/** One copy of a workspace in a run. */
export interface WorkspaceStatus {
  /** `src` for one that is shared, `src:/build` for that of one component. */
  readonly id: string;
  readonly workspace: string;
  /** Absolute. */
  readonly source: string;
  /** Monikers. */
  readonly users: readonly string[];
  readonly prepared: boolean;
  readonly finalize: FinalizeState;
  readonly realized: RealizedAt;
  /** Paths that were written and removed in the source. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly conflicts: readonly ConflictStatus[];
  /** Of a git working tree that commits were taken over from. */
  readonly history?: HistoryStatus;
  /** Made by the task; not in the source. */
  readonly repositories?: readonly RepositoryStatus[];
  /** Why it is not finalized, where it failed or was abandoned. */
  readonly reason?: string;
  /** Of a finalize that failed: what `headgate explain` tells more of. */
  readonly code?: string;
  /** The command that goes on. */
  readonly remedy?: string;
}

export const interactionKinds = ['request_confirmation', 'suggest_tasks'] as const;
export type InteractionKind = (typeof interactionKinds)[number];

export interface InteractionStatus {
  readonly id: string;
  /** Who asks: a moniker. */
  readonly component: string;
  readonly kind: InteractionKind;
  readonly message: string;
  readonly payload?: JsonObject;
  readonly state: 'open' | 'accepted' | 'rejected';
  /** What was said with the answer. */
  readonly reason?: string;
}
