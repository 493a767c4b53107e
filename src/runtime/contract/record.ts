/** What really happened in a run: from the entries of its journal and the one fold over them, and nothing else. */
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { actionId } from '../../ir/action.ts';
import { recordKind, recordVersion } from '../../language/contract/vocabulary.ts';
import type { Entry } from '../../language/journal/entry.ts';
import { type ActionRecord, fold, type RunState } from '../journal/fold.ts';
import { eventOf } from './event.ts';
import { stateOfAction, stateOfRun } from './states.ts';
import { contractUrn, recordUrn, runUrn } from './urns.ts';

/** The same for the same entries, whoever asks, and when. O(entries). */
export function recordOf(id: string, entries: readonly Entry[]): JsonObject {
  const run = fold(entries);
  const record = {
    specVersion: recordVersion,
    id: recordUrn(id),
    kind: recordKind,
    source: runUrn(id),
    contract: contractUrn(id),
    plan: run.plan ?? null,
    journal: { entries: entries.length, head: entries.at(-1)?.hash ?? null },
    state: stateOfRun(run),
    outcome: run.outcome ?? null,
    actions: [...run.actions.values()].map((record) => actionIn(record, run)),
    events: entries.map(eventOf),
  };
  return record as unknown as JsonObject;
}

function actionIn(record: ActionRecord, run: RunState): JsonValue {
  const { action, state, attempt, restarts } = record;
  return {
    id: actionId(action),
    type: action.type,
    target: action.target,
    state: stateOfAction(record, run),
    journalled: state ?? null,
    attempts: attempt,
    restarts,
  };
}
