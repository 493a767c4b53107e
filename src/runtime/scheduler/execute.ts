/** One graph of actions from its first effect to the last one that is taken back. */
import type { Action, ActionType } from '../../ir/action.ts';
import { actionId } from '../../ir/action.ts';
import type { Life } from '../actions/component/life.ts';
import { handlers } from '../actions/handlers.ts';
import type { Ended } from '../gate/gate.ts';
import { whileWritable } from '../journal/writable.ts';
import type { RunContext } from '../run-context.ts';
import { type ActionGraph, isStart, undoGraph } from './graph.ts';
import { schedule } from './schedule.ts';

export interface ExecuteOptions {
  /** Whose effect an earlier process of the run had: not performed, and what needs them may begin. */
  readonly done: ReadonlySet<string>;
  /** Whose end is known, and not good: not performed, and what needs them is skipped. */
  readonly failed: ReadonlySet<string>;
  /** Everything is up; false where something never will be. */
  readonly onUp: (up: boolean) => void;
  /** Settles when the run is to end before its time. */
  readonly stopped: Promise<void>;
  /** See `ScheduleOptions`. */
  readonly arrange?: (ready: readonly string[]) => readonly string[];
}

/** How each component ended; those that were ended by the run itself are left out. Rejects when the record cannot be written. */
export async function execute(
  run: RunContext,
  graph: ActionGraph,
  options: ExecuteOptions,
): Promise<ReadonlyMap<string, Ended>> {
  const arranged = options.arrange ? { arrange: options.arrange } : {};
  const begun = new Set<string>();
  /** What is under way and is not a component, which lives on. */
  const brief = new Set<Promise<unknown>>();
  const perform = (action: Action): Promise<boolean> => {
    const id = actionId(action);
    if (options.done.has(id)) return Promise.resolve(true);
    if (options.failed.has(id) || run.stopping.aborted) return Promise.resolve(false);
    begun.add(id);
    const performed = handlers[action.type].perform(run, action);
    if (!isStart(action)) {
      brief.add(performed);
      const forget = (): boolean => brief.delete(performed);
      performed.then(forget, forget);
    }
    return performed;
  };
  const lives = [...run.lives.values()];
  const forward = schedule(graph, { perform, skip: (action, failed) => skip(run, action, failed), ...arranged });
  const all = Promise.all(lives.map((life) => life.ended));
  const told = Promise.all(lives.map((life) => life.up)).then((ups) => options.onUp(!ups.includes(false)));
  try {
    // All at once: what cannot be written down of one of them ends the run, however long the others would go on.
    await Promise.race([Promise.all([forward, all, told]), options.stopped]);
  } finally {
    await Promise.allSettled(brief);
    await undo(run, graph, begun, arranged);
  }
  await Promise.all([forward, told]);
  const ends = (await all).flatMap((end, index): readonly (readonly [string, Ended])[] =>
    end === 'stopped' ? [] : [[(lives[index] as Life).moniker, end]],
  );
  return new Map(ends);
}

const undoOf = (type: ActionType): ActionType | null => handlers[type].undo;

async function undo(
  run: RunContext,
  graph: ActionGraph,
  begun: ReadonlySet<string>,
  arranged: Pick<ExecuteOptions, 'arrange'>,
): Promise<void> {
  // What waits for its turn, or for something that it needs, has nothing to take back and no longer begins.
  for (const life of run.lives.values()) if (!life.isBegun()) await life.stop('the run ends', run.graceMs);
  await schedule(undoGraph(graph, begun, undoOf), {
    perform: (action) => handlers[action.type].perform(run, action),
    skip: () => {},
    ...arranged,
  });
}

/** What needs something that was not done does not begin; it says for what it waited. */
function skip(run: RunContext, action: Action, failed: readonly Action[]): void {
  const life = isStart(action) ? run.lives.get(action.target ?? '') : undefined;
  if (!life) return;
  // The run ends for another reason, and this one was never to begin.
  if (run.stopping.aborted || run.isRefused()) {
    void life.stop('the run ends', run.graceMs);
    return;
  }
  const names = failed.map(({ type, target }) => target ?? type);
  const reason = `it needs ${names.join(' and ')}, which did not start`;
  const attempt = (run.state().actions.get(actionId(action))?.attempt ?? 0) + 1;
  whileWritable(() => run.record.outcome(action, attempt, { state: 'skipped', reason }));
  life.skip(reason);
}
