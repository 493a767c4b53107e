/** The actions of a run, and what each needs: an edge leads from what is needed to what needs it. */
import { Graph } from '@dagrejs/graphlib';
import { type Action, type ActionType, actionId, probeAction } from '../../ir/action.ts';
import type { CopyOf } from '../../plan/workspaces/copies.ts';
import type { GrantSet } from '../authority/grants.ts';
import type { ComponentSpec } from '../component.ts';
import { addConfirms } from './confirms.ts';
import { workspaceNeeds } from './workspace-graph.ts';

export type ActionGraph = Graph<undefined, Action, undefined>;

/** A component that is never restarted is a task: it has an end, and its effect is had once. */
export const startOf = ({ moniker, restart }: Pick<ComponentSpec, 'moniker' | 'restart'>): Action => ({
  type: restart === 'never' ? 'task.run' : 'process.start',
  target: moniker,
});

export const isStart = ({ type }: Action): boolean => type === 'process.start' || type === 'task.run';

/** `probes` are names of those that are run before the run is over; with `proves`, every edge is tried when all services are ready. */
export function actionGraph(
  components: readonly ComponentSpec[],
  grants: readonly GrantSet[],
  probes: readonly string[] = [],
  proves = false,
  copies: readonly CopyOf[] = [],
): ActionGraph {
  const graph: ActionGraph = new Graph();
  const add = (action: Action, needs: readonly Action[]): Action => {
    graph.setNode(actionId(action), action);
    for (const need of needs) graph.setEdge(actionId(need), actionId(action));
    return action;
  };
  const probe = add({ type: 'env.probe', target: null }, []);
  const needed = new Map<string, Action[]>();
  const applied: Action[] = [];
  for (const { subject, users } of grants) {
    const apply = add({ type: 'grant.apply', target: subject }, [probe]);
    applied.push(apply);
    for (const moniker of new Set(users)) needed.set(moniker, [...(needed.get(moniker) ?? []), apply]);
  }
  // Behind all of them: what is refused to one is refused before anything starts.
  const bind = add({ type: 'secret.bind', target: null }, [probe, ...applied]);
  const starts = new Map(components.map((component) => [component.moniker, startOf(component)]));
  const workspaces = workspaceNeeds(copies, components, starts, [bind]);
  for (const { action, needs } of workspaces.ofCopies) add(action, needs);
  for (const component of components) {
    const providers = component.after.flatMap((moniker) => starts.get(moniker) ?? []);
    const needs = [...(needed.get(component.moniker) ?? []), ...providers, ...workspaces.ofStart(component)];
    add(startOf(component), [bind, ...needs]);
  }
  // A task has an end, which is not waited for: it is tried in the place of one that runs by then.
  const services = [...starts.values()].filter(({ type }) => type === 'process.start');
  const proved = proves ? [add({ type: 'enforcement.prove', target: null }, [bind, ...services])] : [];
  // They look at the whole of it: every task has finished, what it has done is where it belongs, and every service is ready.
  for (const name of probes) add(probeAction(name), [bind, ...starts.values(), ...workspaces.finalized, ...proved]);
  addConfirms(graph, components, startOf);
  return graph;
}

/** What takes the effects of `begun` back, in the opposite order: who needs something lets go of it before it goes. */
export function undoGraph(
  graph: ActionGraph,
  begun: ReadonlySet<string>,
  undoOf: (type: ActionType) => ActionType | null,
): ActionGraph {
  const undo: ActionGraph = new Graph();
  const idOf = (id: string): string | undefined => {
    const action = graph.node(id);
    const type = begun.has(id) && action ? undoOf(action.type) : null;
    return type === null || !action ? undefined : actionId({ type, target: action.target });
  };
  for (const id of graph.nodes()) {
    const action = graph.node(id);
    const undone = idOf(id);
    if (undone !== undefined && action)
      undo.setNode(undone, { type: undoOf(action.type) as ActionType, target: action.target });
  }
  for (const { v, w } of graph.edges()) {
    const [needed, needs] = [idOf(v), idOf(w)];
    if (needed !== undefined && needs !== undefined) undo.setEdge(needs, needed);
  }
  return undo;
}
