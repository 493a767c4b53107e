/** What a component works on, what chose where, and who waits for its changes. */

import { own } from '../../base/json.ts';
import { sortedBy } from '../../base/order.ts';
import { ownerOf } from '../../ir/graph-index.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { PlanWorkspace } from '../../ir/plan-workspace-schema.ts';
import type { RealizedAt } from '../../ir/workspace-status.ts';
import { copiesOf, copyOfUser } from '../workspaces/copies.ts';

export interface WorkspaceExplanation {
  readonly name: string;
  /** Id of the copy that it works on. */
  readonly copy: string;
  /** Seen from the folder of the root manifest. */
  readonly source: string;
  readonly kind: PlanWorkspace['kind'];
  readonly mode: PlanWorkspace['mode'];
  readonly exclude: readonly string[];
  readonly conflictPolicy: PlanWorkspace['conflictPolicy'];
  readonly realized: RealizedAt;
  /** Monikers of the others that work on the same copy. */
  readonly with: readonly string[];
  /** Monikers that begin when its changes are in the source. */
  readonly waitedForBy: readonly string[];
}

/** Undefined for a component that works on none. O(components + edges). */
export function workspacePart(moniker: string, plan: DeploymentPlan): WorkspaceExplanation | undefined {
  const copy = copyOfUser(copiesOf(plan), moniker);
  if (!copy) return undefined;
  const { id, workspace, declared, users, realized } = copy;
  const { source, kind, mode, exclude = [], conflictPolicy } = declared;
  return {
    name: workspace,
    copy: id,
    source,
    kind,
    mode,
    exclude,
    conflictPolicy,
    realized,
    with: users.filter((one) => one !== moniker),
    waitedForBy: dependents(moniker, plan, users),
  };
}

/** Of a task alone: a service gives its changes up when it has stopped, and those who use it have stopped before. */
function dependents(moniker: string, plan: DeploymentPlan, users: readonly string[]): readonly string[] {
  if (own(plan.runtime?.components ?? {}, moniker)?.restart !== 'never') return [];
  const found = plan.edges.filter(({ from, weak }) => !weak && ownerOf(from) === moniker).map(({ to }) => to.component);
  return sortedBy(
    [...new Set(found)].filter((one) => !users.includes(one)),
    (one) => one,
  );
}

/** One thing a line. */
export function workspaceLines(workspace: WorkspaceExplanation | undefined): readonly string[] {
  if (!workspace) return [];
  const { name, copy, source, kind, mode, exclude, conflictPolicy, realized, waitedForBy } = workspace;
  const shared = workspace.with.length === 0 ? '' : `, with ${workspace.with.join(', ')}`;
  return [
    `${name}: copy \`${copy}\` of ${source} (${kind}, ${mode})${shared}`,
    ...(exclude.length === 0 ? [] : [`without ${exclude.join(', ')}`]),
    `conflicts: ${policyText[conflictPolicy]}`,
    `at ${realized.environmentId}, ${chosenBy[realized.source]}`,
    ...(realized.conflict
      ? [
          `a copy of its own: the one of \`${name}\` is for ${realized.conflict.workspaceEnvironmentId}, and configured otherwise`,
        ]
      : []),
    ...(waitedForBy.length === 0 ? [] : [`begin when its changes are in the source: ${waitedForBy.join(', ')}`]),
  ];
}

const policyText: Readonly<Record<PlanWorkspace['conflictPolicy'], string>> = {
  keep_local: 'keep_local, the source keeps its own and somebody has to say',
  remote_wins: 'remote_wins, what the copy has is taken',
  local_wins: 'local_wins, the source keeps its own',
};

const chosenBy: Readonly<Record<RealizedAt['source'], string>> = {
  component: 'said by the component',
  workspace: 'said by the workspace',
  default: 'since nothing says otherwise',
};
