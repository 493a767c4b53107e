/** One graph of actions from its first effect to the last one that is taken back. */
import type { Action, ActionType } from '../../ir/action.ts';
import { actionId, copyNamed, isOfCopy } from '../../ir/action.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { Life } from '../actions/component/life.ts';
import { handlers } from '../actions/handlers.ts';
import { skipProbe } from '../actions/probe-run.ts';
import type { Ended } from '../gate/gate.ts';
import { whileWritable } from '../journal/writable.ts';
import { copyOf, type RunContext, standFor } from '../run-context.ts';
import { mayFinalizeAtEnd } from '../workspaces/at-end.ts';
import { finalizeDenied } from '../workspaces/denied.ts';
import { type ActionGraph, isStart, undoGraph } from './graph.ts';
import { schedule } from './schedule.ts';
import { addLateFinalizes } from './workspace-graph.ts';

export interface ExecuteOptions {
  /** Whose effect an earlier process of the run had: not performed, and what needs them may begin. */
  readonly done: ReadonlySet<string>;
  /** Whose end is known, and not good: not performed, and what needs them is skipped. */
  readonly failed: ReadonlySet<string>;
  /** Everything is up; false where something never will be. */
  readonly onUp: (up: boolean) => void;
  /** Settles when the run is to end before its time; rejects when it must, since something could not be written down. */
  readonly stopped: Promise<void>;
  /** Every action has been performed, or never will be: whether the run is over by that. It goes on with its components unless given. */
  readonly performed?: () => Promise<boolean>;
  /**
   * Nothing begins any more but what takes back, because the run is over or something could not be written down; answers what is
   * still under way and is no action of the graph.
   */
  readonly ending?: (isBroken: boolean) => readonly Promise<unknown>[];
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
    if (options.done.has(id)) {
      // An earlier process made it, and this one takes it away.
      if (action.type === 'workspace.prepare') begun.add(id);
      return Promise.resolve(true);
    }
    if (options.failed.has(id) || run.stopping.aborted) return Promise.resolve(false);
    const on = standFor(run, action, denied(run, action));
    if (!on) return Promise.resolve(false);
    begun.add(id);
    const performed = handlers[action.type].perform(run, action, on);
    if (!isStart(action)) {
      const over = (): void => run.authority.over(action);
      performed.then(over, over);
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
  const performed = options.performed ? forward.then(options.performed) : forward.then(() => false);
  const over = performed.then((isOver) => (isOver ? undefined : new Promise<void>(() => {})));
  let isBroken = true;
  try {
    // All at once: what cannot be written down of one of them ends the run, however long the others would go on.
    await Promise.race([Promise.all([performed, all, told]), over, options.stopped]);
    isBroken = false;
  } finally {
    const more = options.ending?.(isBroken) ?? [];
    await Promise.allSettled([...brief, ...more]);
    await undo(run, graph, begun, isBroken, arranged);
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
  isBroken: boolean,
  arranged: Pick<ExecuteOptions, 'arrange'>,
): Promise<void> {
  // What waits for its turn, or for something that it needs, has nothing to take back and no longer begins.
  for (const life of run.lives.values()) if (!life.isBegun()) await life.stop('the run ends', run.graceMs);
  const backwards = undoGraph(graph, begun, undoOf);
  if (!isBroken) addLateFinalizes(backwards, run.workspaces.copies);
  // Whatever cannot be written down of one of them, the others are taken back first.
  const faults: unknown[] = [];
  await schedule(backwards, {
    perform: async (action) => {
      try {
        if (action.type !== 'workspace.finalize')
          return await handlers[action.type].perform(run, action, run.authority.back(action));
        if (!mayFinalizeAtEnd(run, action)) return false;
        const on = standFor(run, action, denied(run, action));
        return on !== undefined && (await handlers[action.type].perform(run, action, on));
      } catch (error) {
        faults.push(error);
        return false;
      }
    },
    skip: () => {},
    ...arranged,
  });
  if (faults.length > 0) throw faults[0];
}

/** It has nothing to stand on. Work that waits to be taken over is not forgotten by that. */
const denied =
  (run: RunContext, action: Action) =>
  (blocked: readonly Blocked[]): void => {
    if (action.type === 'workspace.finalize')
      whileWritable(() => finalizeDenied(run.workspaces, copyOf(run, action), blocked));
  };

/** What needs something that was not done does not begin; it says for what it waited. */
function skip(run: RunContext, action: Action, failed: readonly Action[]): void {
  if (action.type === 'probe.run') {
    skipUnlooked(run, action, failed);
    return;
  }
  const life = isStart(action) ? run.lives.get(action.target ?? '') : undefined;
  if (!life) return;
  // The run ends for another reason, and this one was never to begin.
  if (run.stopping.aborted || run.isRefused()) {
    void life.stop('the run ends', run.graceMs);
    return;
  }
  const reason = whyNotBegun(failed);
  const attempt = (run.state().actions.get(actionId(action))?.attempt ?? 0) + 1;
  whileWritable(() => run.record.outcome(action, attempt, { state: 'skipped', reason }));
  life.skip(reason);
}

/** What was done in a copy and is not in its source tells more than that its maker ended, unless that failed itself. */
function whyNotBegun(failed: readonly Action[]): string {
  const ofCopies = failed.filter(isOfCopy);
  // Nothing can be confirmed where it was not taken over.
  const others = failed.filter((one) => !isOfCopy(one) && (ofCopies.length === 0 || one.type !== 'gate.confirm'));
  if (others.length > 0) return `it needs ${unmet(others)}`;
  const copies = ofCopies.map((action) => `\`${copyNamed(action)}\``).join(' and ');
  return ofCopies.some(({ type }) => type === 'workspace.finalize')
    ? `it needs what was done in workspace ${copies}, which was not taken over`
    : `it needs workspace ${copies}, which was not made`;
}

function unmet(failed: readonly Action[]): string {
  const named = (isOne: (action: Action) => boolean, became: string): readonly string[] => {
    const names = failed.filter(isOne).map(({ type, target }) => target ?? type);
    return names.length === 0 ? [] : [`${names.join(' and ')}, which ${became}`];
  };
  const isConfirm = ({ type }: Action): boolean => type === 'gate.confirm';
  return [
    ...named((one) => !isConfirm(one), 'did not start, or did not end well'),
    ...named(isConfirm, 'was not confirmed'),
  ].join(', and ');
}

/** There is nothing to look at where a component is missing. */
function skipUnlooked(run: RunContext, action: Action, failed: readonly Action[]): void {
  if (run.stopping.aborted || run.isRefused()) return;
  const names = failed.map(({ type, target }) => target ?? type);
  whileWritable(() => skipProbe(run, action, `${names.join(' and ')} did not start, or did not end well`));
}
