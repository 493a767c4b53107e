/** Walks a graph of actions: each when everything that it needs is done, as many at once as there are. */
import type { Action } from '../../ir/action.ts';
import type { ActionGraph } from './graph.ts';

export interface ScheduleOptions {
  /** Whether what needs it may begin. */
  readonly perform: (action: Action) => Promise<boolean>;
  /** It is not performed, since `failed` was not done; what needs it is skipped as well. */
  readonly skip: (action: Action, failed: readonly Action[]) => void;
  /** The order in which those that could all begin do so. Nothing may depend on it; as they stand in the graph unless given. */
  readonly arrange?: (ready: readonly string[]) => readonly string[];
}

/** O(actions + needs). Rejects as soon as a `perform` does, with the others under way. */
export function schedule(graph: ActionGraph, options: ScheduleOptions): Promise<void> {
  const { perform, skip, arrange = (ready) => ready } = options;
  const missing = new Map(graph.nodes().map((id) => [id, (graph.predecessors(id) ?? []).length]));
  const failed = new Map<string, Action[]>();
  let open = missing.size;
  return new Promise((resolve, reject) => {
    const done = (id: string, isDone: boolean): void => {
      open--;
      const action = graph.node(id) as Action;
      const ready: string[] = [];
      for (const next of graph.successors(id) ?? []) {
        if (!isDone) failed.set(next, [...(failed.get(next) ?? []), action]);
        const left = (missing.get(next) ?? 0) - 1;
        missing.set(next, left);
        if (left === 0) ready.push(next);
      }
      if (open === 0) resolve();
      else begin(ready);
    };
    const begin = (ready: readonly string[]): void => {
      for (const id of arrange(ready)) {
        const action = graph.node(id) as Action;
        const because = failed.get(id);
        const performed = because
          ? Promise.resolve().then(() => {
              skip(action, because);
              return false;
            })
          : perform(action);
        performed.then((isDone) => done(id, isDone)).catch(reject);
      }
    };
    if (open === 0) resolve();
    begin([...missing].flatMap(([id, count]) => (count === 0 ? [id] : [])));
  });
}
