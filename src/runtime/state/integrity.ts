/** Whether what lies in the folder of a run is what its journal was written about. */
import { readdirSync } from 'node:fs';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { recordsBeyond } from '../environments/local/exit-record.ts';
import type { RunState } from '../journal/fold.ts';
import type { Store } from '../store/store.ts';
import { changedPrograms } from './programs.ts';
import { evidenceMissing, journalBehind, otherOptions, otherPlan, programChanged } from './refusals.ts';
import type { RunPaths } from './run-folder.ts';

export interface RecordFacts {
  readonly id: string;
  readonly paths: RunPaths;
  /** The plan, and the folder that names of its sources are relative to. */
  readonly plan: DeploymentPlan;
  readonly sourceFolder: string;
  /** Digest of what is there now. */
  readonly options: string;
  readonly state: RunState;
  readonly store: Store;
  /** No process of headgate adds to it. */
  readonly isOver: boolean;
}

/** Each with the name of what was changed. O(entries + blobs that they name). */
export function faultsOfRecord(facts: RecordFacts): readonly Blocked[] {
  const { id, paths, plan, options, state, store, isOver } = facts;
  const faults: Blocked[] = [];
  if (state.plan !== undefined && state.plan !== plan.planDigest) faults.push(otherPlan(id));
  if (typeof state.options === 'string' && state.options !== options) faults.push(otherOptions(id, paths.options));
  for (const [digest, subject] of [...[...state.blobs].map((one) => [one, id] as const), ...state.probeBlobs])
    if (!store.get(digest)) faults.push(evidenceMissing(subject, digest, store.has(digest)));
  const behind = isOver ? endsBeyond(paths.ends, state) : [];
  if (behind.length > 0) faults.push(journalBehind(id, behind));
  // Whoever edits a program while it runs edits the next one.
  const changed = isOver && state.plan !== undefined ? changedPrograms(plan, facts.sourceFolder) : [];
  if (changed.length > 0) faults.push(programChanged(id, changed));
  return faults;
}

/** Ends that tasks wrote down themselves, of attempts that the journal says were never begun. */
function endsBeyond(folder: string, state: RunState): readonly string[] {
  const tasks = [...state.actions.values()].filter(({ action }) => action.type === 'task.run');
  const begun = new Map(tasks.map(({ action, attempt }) => [action.target ?? '', attempt]));
  return recordsBeyond(namesIn(folder), begun);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
