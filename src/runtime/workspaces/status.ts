/** What there is to say of the copies of a run, from its plan and its journal. */
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { WorkspaceStatus } from '../../ir/workspace-status.ts';
import type { RunState } from '../journal/fold.ts';
import type { Store } from '../store/store.ts';

export interface WorkspaceFacts {
  readonly id: string;
  readonly stateDir: string;
  readonly plan: DeploymentPlan;
  /** Absolute: where the sources of workspaces are seen from. */
  readonly sourceFolder: string;
  readonly state: RunState;
  readonly store: Store;
  /** A process drives the run. */
  readonly lives: boolean;
}

/** In the order of their ids; empty where the plan has no workspaces. */
export function workspaceStatus({ plan }: WorkspaceFacts): readonly WorkspaceStatus[] {
  if (Object.keys(plan.runtime?.workspaces ?? {}).length === 0) return [];
  throw new Error('not wired yet');
}
