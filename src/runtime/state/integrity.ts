/** Whether what lies in the folder of a run is what its journal was written about. */
import { readdirSync } from 'node:fs';
import type { Blocked } from '../../ir/blocked.ts';
import { recordsBeyond } from '../environments/local/exit-record.ts';
import type { RunState } from '../journal/fold.ts';
import type { Store } from '../store/store.ts';
import { evidenceMissing, journalBehind, otherOptions, otherPlan } from './refusals.ts';
import type { RunPaths } from './run-folder.ts';

export interface RecordFacts {
  readonly id: string;
  readonly paths: RunPaths;
  /** Digests of what is there now. */
  readonly plan: string;
  readonly options: string;
  readonly state: RunState;
  readonly store: Store;
  /** No process of headgate adds to it. */
  readonly isOver: boolean;
}

/** Each with the name of what was changed. O(entries + blobs that they name). */
export function faultsOfRecord({ id, paths, plan, options, state, store, isOver }: RecordFacts): readonly Blocked[] {
  const faults: Blocked[] = [];
  if (state.plan !== undefined && state.plan !== plan) faults.push(otherPlan(id));
  if (typeof state.options === 'string' && state.options !== options) faults.push(otherOptions(id, paths.options));
  for (const digest of state.blobs) if (!store.get(digest)) faults.push(evidenceMissing(id, digest, store.has(digest)));
  const behind = isOver ? endsBeyond(paths.ends, state) : [];
  if (behind.length > 0) faults.push(journalBehind(id, behind));
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
