/** What there is to say of the copies of a run, from its plan and its journal. */
import { join, resolve } from 'node:path';
import { nameOfText } from '../../adapters/sync/byte-path.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { ConflictStatus, WorkspaceStatus } from '../../ir/workspace-status.ts';
import { type CopyOf, copiesOf } from '../../plan/workspaces/copies.ts';
import type { CopyRecord } from '../journal/copies.ts';
import type { RunState } from '../journal/fold.ts';
import { resolutionsOf } from '../journal/resolutions.ts';
import type { Store } from '../store/store.ts';
import { abandonOf, retryOf } from './faults.ts';
import { copyPlaces, sparedIn } from './places.ts';
import { type MergeReport, reportIn } from './report.ts';
import { finalizeStateOf } from './state-of.ts';

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

/** In the order of their ids; empty where the plan has no workspaces. O(copies + paths that were changed). */
export const workspaceStatus = (facts: WorkspaceFacts): readonly WorkspaceStatus[] =>
  copiesOf(facts.plan).map((copy) => statusOf(facts, copy));

function statusOf(facts: WorkspaceFacts, copy: CopyOf): WorkspaceStatus {
  const { state, store, sourceFolder, lives } = facts;
  const record = state.copies.get(copy.id);
  const report = record?.report === undefined ? undefined : reportIn(store, record.report);
  const finalize = finalizeStateOf(state, copy.id, lives);
  const isOpen = finalize === 'failed' || finalize === 'abandoned';
  const remedy = remedyFor(facts, copy, record, finalize);
  return {
    id: copy.id,
    workspace: copy.workspace,
    source: resolve(sourceFolder, copy.declared.source),
    users: copy.users,
    prepared: record?.prepared ?? false,
    finalize,
    realized: copy.realized,
    written: report?.written ?? [],
    removed: report?.removed ?? [],
    ...(report?.history === undefined ? {} : { history: report.history }),
    ...(report?.repositories === undefined ? {} : { repositories: report.repositories }),
    conflicts: report ? conflictsIn(facts, copy, report) : [],
    ...(isOpen && record?.reason !== undefined ? { reason: record.reason } : {}),
    ...(finalize === 'failed' && record?.code !== undefined ? { code: record.code } : {}),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** What was said about one since then counts at the next finalize, and is shown by now. */
function conflictsIn({ stateDir, id, state }: WorkspaceFacts, copy: CopyOf, report: MergeReport): ConflictStatus[] {
  const said = resolutionsOf(state, copy.id);
  const { conflicts } = copyPlaces(stateDir, id, copy.id);
  return report.conflicts.map(({ path, kind, resolution, kept, spared, held }) => ({
    path,
    kind,
    resolution: said.get(path) ?? resolution,
    kept: kept ? join(conflicts, nameOfText(path)) : null,
    ...(spared ? { spared: join(sparedIn(conflicts), nameOfText(path)) } : {}),
    ...(held === undefined ? {} : { held }),
  }));
}

function remedyFor(
  { id, lives }: WorkspaceFacts,
  copy: CopyOf,
  record: CopyRecord | undefined,
  finalize: WorkspaceStatus['finalize'],
): string | undefined {
  if (finalize === 'failed') return record?.remedy ?? `\`${retryOf(id, copy)}\`, or \`${abandonOf(id, copy)}\``;
  if (finalize === 'unknown') return `\`${retryOf(id, copy)}\`, or \`headgate resume ${id}\``;
  if (finalize !== 'pending' || lives || !record?.prepared) return undefined;
  return `\`headgate resume ${id}\`, \`${retryOf(id, copy)}\`, or \`${abandonOf(id, copy)}\``;
}
