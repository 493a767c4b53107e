/** What earlier processes of this run left: told in the journal, and decided for every action of the graph. */

import { type Action, actionId } from '../../ir/action.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { Found } from '../actions/handler.ts';
import { handlers } from '../actions/handlers.ts';
import { decide, isToBeFound } from '../actions/replay.ts';
import type { Ended } from '../gate/gate.ts';
import type { RunContext } from '../run-context.ts';
import { settleCopies } from '../workspaces/settle.ts';
import { type ActionGraph, isStart } from './graph.ts';

export interface Left {
  readonly done: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
  /** Of components, by moniker. */
  readonly ended: ReadonlyMap<string, Ended>;
  readonly blocked: readonly Blocked[];
}

/** O(actions of the run). Whatever has no outcome gets one: what was found out about it now. */
export async function settleLeft(
  run: RunContext,
  graph: ActionGraph,
  runId: string,
  isAskedAgain: (action: Action) => boolean,
): Promise<Left> {
  const found = new Map<string, Found>();
  for (const record of [...run.state().actions.values()]) {
    const { replay, reconcile } = handlers[record.action.type];
    if (!isToBeFound(replay, record)) continue;
    const one = await reconcile(run, record);
    found.set(actionId(record.action), one);
    if (record.state === undefined) run.record.tell('reconciled', record.action, record.attempt, { ...one });
  }
  const done = new Set<string>();
  const failed = new Set<string>();
  const ended = new Map<string, Ended>();
  const blocked: Blocked[] = [];
  for (const id of graph.nodes()) {
    const action = graph.node(id) as Action;
    const target = action.target ?? '';
    const { replay } = handlers[action.type];
    const decision = decide(replay, run.state().actions.get(id), found.get(id), isAskedAgain(action));
    if (decision.kind === 'done') {
      done.add(id);
      if (isStart(action)) ended.set(target, { status: 'finished', code: 0 });
    } else if (decision.kind === 'failed') {
      failed.add(id);
      ended.set(target, { status: 'failed', reason: `${decision.reason}; ${redoWith(runId, target)}` });
    } else if (decision.kind === 'unknown') blocked.push(unknownOutcome(runId, target, decision.reason));
  }
  const { copies } = run.workspaces;
  const lost = settleCopies({ runId, copies, state: run.state(), done, failed });
  return { done, failed, ended, blocked: [...blocked, ...lost] };
}

const redoWith = (id: string, moniker: string): string => `\`headgate resume ${id} --redo ${moniker}\` runs it again`;

const unknownOutcome = (id: string, moniker: string, reason: string): Blocked => ({
  gate: 'outcome_unknown',
  subject: moniker,
  reasons: [`${reason}, so it may have had its effect, which must not happen twice`],
  remedy: `find out whether it did; then \`headgate resume ${id} --redo ${moniker}\``,
});
