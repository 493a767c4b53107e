/** Where the answers to what a task has asked are waited for: behind its end, and in front of those that depend on it. */
import type { Graph } from '@dagrejs/graphlib';
import { type Action, actionId } from '../../ir/action.ts';
import type { ComponentSpec } from '../component.ts';

type ActionGraph = Graph<undefined, Action, undefined>;

const confirmOf = (moniker: string): Action => ({ type: 'gate.confirm', target: moniker });

/** To be called when everything else is in the graph. `startOf` answers the action that starts a component. */
export function addConfirms(
  graph: ActionGraph,
  components: readonly ComponentSpec[],
  startOf: (component: ComponentSpec) => Action,
): void {
  const asking = components.filter(({ control, restart }) => control && restart === 'never');
  for (const task of asking) {
    const start = actionId(startOf(task));
    const confirm = confirmOf(task.moniker);
    // Nobody can say that all is well with a workspace that is not finalized.
    const finalizes = (graph.successors(start) ?? []).filter((id) => id.startsWith('workspace.finalize:'));
    graph.setNode(actionId(confirm), confirm);
    for (const needed of [start, ...finalizes]) graph.setEdge(needed, actionId(confirm));
  }
  for (const component of components) {
    const start = actionId(startOf(component));
    for (const { moniker } of asking) {
      const confirm = actionId(confirmOf(moniker));
      if (!component.after.includes(moniker)) continue;
      // Its copy is made of what was said yes to, and of nothing older.
      const prepares = (graph.predecessors(start) ?? []).filter((id) => id.startsWith('workspace.prepare:'));
      // Who works on the very same copy comes before its finalize, so that it cannot wait for what comes after.
      for (const id of [start, ...prepares]) if (!leads(graph, id, confirm)) graph.setEdge(confirm, id);
    }
  }
}

/** O(actions + needs), without recursion. */
function leads(graph: ActionGraph, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const id of seen) for (const next of graph.successors(id) ?? []) seen.add(next);
  return seen.has(to);
}
