/** What can be asked for about copies that are not finalized, and what is answered: of a run that lives and of one that does not. */
import type { WorkspaceStatus } from '../../ir/workspace-status.ts';

export type FinalizeHow =
  /** Finalizes once more; what was said about conflicts counts by then, see `RunState.resolutions`. */
  | { readonly retry: true }
  /** Gives its changes up, for a reason that is recorded; its copy goes when nothing of the run goes on. What needs them does not begin. */
  | { readonly abandon: string };

export interface FinalizeRequest {
  readonly stateDir: string;
  readonly id: string;
  /** A moniker, or the id of a copy; all copies that are not finalized unless given. */
  readonly component?: string;
  readonly how: FinalizeHow;
}

export interface FinalizeRefused {
  readonly code:
    | 'run_unknown'
    /** A process drives it: ask that one, through its interface. */
    | 'run_lives'
    | 'run_elsewhere'
    | 'run_corrupt'
    /** It has no such component, or that one has no workspace. */
    | 'workspace_unknown'
    /** What works on the copy has not ended. */
    | 'workspace_in_use'
    /** It is being finalized. */
    | 'finalize_in_flight'
    /** It is finalized already. */
    | 'nothing_to_finalize'
    | 'state_unwritable';
  readonly message: string;
  readonly remedy: string;
}

/** Each copy that was asked for, as it is by now: `finalize` says whether it went well. */
export type Finalized = { readonly workspaces: readonly WorkspaceStatus[] } | { readonly refused: FinalizeRefused };
