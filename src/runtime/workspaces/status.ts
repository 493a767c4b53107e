/** What there is to say of the copies of a run, from its plan and its journal. */
import { join, resolve } from 'node:path';
import { nameOfText } from '../../adapters/sync/byte-path.ts';
import type { GitBase } from '../../adapters/sync/git/forms.ts';
import { keptNow } from '../../adapters/sync/git/kept-now.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { ConflictStatus, HistoryStatus, WorkspaceStatus } from '../../ir/workspace-status.ts';
import { type CopyOf, copiesOf } from '../../plan/workspaces/copies.ts';
import type { CopyRecord } from '../journal/copies.ts';
import type { RunState } from '../journal/fold.ts';
import { resolutionsOf } from '../journal/resolutions.ts';
import type { Store } from '../store/store.ts';
import { abandonOf, retryOf } from './faults.ts';
import { copyNameIn, copyPlaces, sparedIn } from './places.ts';
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
  const source = resolve(sourceFolder, copy.declared.source);
  const history = historyIn(facts, copy, record, source, report?.history, finalize);
  return {
    id: copy.id,
    workspace: copy.workspace,
    source,
    users: copy.users,
    prepared: record?.prepared ?? false,
    finalize,
    realized: copy.realized,
    written: report?.written ?? [],
    removed: report?.removed ?? [],
    ...(history === undefined ? {} : { history }),
    ...(report?.repositories === undefined ? {} : { repositories: report.repositories }),
    conflicts: report ? conflictsIn(facts, copy, report) : [],
    ...(isOpen && record?.reason !== undefined ? { reason: record.reason } : {}),
    ...(finalize === 'failed' && record?.code !== undefined ? { code: record.code } : {}),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** What an import has kept is told also where its finalize came to no good end, and so has no report of it. */
function historyIn(
  { id, store }: WorkspaceFacts,
  { id: copy, declared }: CopyOf,
  record: CopyRecord | undefined,
  source: string,
  told: HistoryStatus | undefined,
  finalize: WorkspaceStatus['finalize'],
): HistoryStatus | undefined {
  const isOver = finalize === 'succeeded' || finalize === 'pending';
  if (isOver || declared.kind !== 'git_worktree' || record?.git === undefined) return told;
  const bytes = store.get(record.git);
  const base = bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as GitBase);
  const now = base && keptNow(source, copyNameIn(id, copy), base.branch);
  if (!now) return told && { ...told, kept: [] };
  const names = new Map(told?.kept.map(({ ref, from }) => [ref, from]));
  const kept = now.kept.map((one) => ({ ...one, from: names.get(one.ref) ?? one.from }));
  return { ...(told ?? { outcome: 'unchanged', branch: now.branch, head: now.head }), kept };
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
