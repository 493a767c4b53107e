/** What each action needs, and the opposite order in which effects are taken back. */
import { Graph } from '@dagrejs/graphlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, type ActionType, actionId } from '../../../../src/ir/action.ts';
import { handlers } from '../../../../src/runtime/actions/handlers.ts';
import { grantsOf } from '../../../../src/runtime/authority/grants.ts';
import { type ActionGraph, actionGraph, isStart, startOf, undoGraph } from '../../../../src/runtime/scheduler/graph.ts';
import { component, edge } from '../../../support/run/memory-run.ts';
import { randomDag } from '../../../support/run/random-dag.ts';

const undoOf = (type: ActionType): ActionType | null => handlers[type].undo;
const needsOf = (graph: ActionGraph, id: string): readonly string[] => [...(graph.predecessors(id) ?? [])].sort();

describe('the graph of a run', () => {
  const components = [
    component('/db'),
    component('/migrate', { restart: 'never', after: ['/db'] }),
    component('/web', { after: ['/db', '/migrate', '/not-of-this-run'] }),
  ];
  const grants = grantsOf(components, [edge('/db', '/web')]);
  const graph = actionGraph(components, grants);

  it('has every start behind its providers and its grants, and all behind what is bound and probed', () => {
    expect(needsOf(graph, 'env.probe')).toEqual([]);
    expect(needsOf(graph, 'secret.bind')).toEqual(['env.probe', 'grant.apply:/web']);
    expect(needsOf(graph, 'grant.apply:/web')).toEqual(['env.probe']);
    expect(needsOf(graph, 'process.start:/db')).toContain('secret.bind');
    expect(needsOf(graph, 'task.run:/migrate')).toEqual(['process.start:/db', 'secret.bind']);
    expect(needsOf(graph, 'process.start:/web')).toEqual(
      expect.arrayContaining(['grant.apply:/web', 'process.start:/db', 'secret.bind', 'task.run:/migrate']),
    );
    expect(graph.nodes().some((id) => id.includes('/not-of-this-run'))).toBe(false);
  });

  it('tries its edges, where that is asked for, when every service is ready, and waits for no task', () => {
    expect(graph.hasNode('enforcement.prove')).toBe(false);
    expect(needsOf(actionGraph(components, grants, [], true), 'enforcement.prove')).toEqual([
      'process.start:/db',
      'process.start:/web',
      'secret.bind',
    ]);
  });

  it('names a component that is never restarted a task', () => {
    expect(startOf({ moniker: '/a', restart: 'never' })).toEqual({ type: 'task.run', target: '/a' });
    for (const restart of ['always', 'on-failure'] as const)
      expect(startOf({ moniker: '/a', restart })).toEqual({ type: 'process.start', target: '/a' });
    expect(
      (['task.run', 'process.start', 'process.stop'] as const).map((type) => isStart({ type, target: null })),
    ).toEqual([true, true, false]);
  });

  it('taken back: who uses something stops before what it uses, and what was granted goes last', () => {
    const undo = undoGraph(graph, new Set(graph.nodes()), undoOf);
    expect(needsOf(undo, 'process.stop:/db')).toEqual(['process.stop:/migrate', 'process.stop:/web']);
    expect(needsOf(undo, 'process.stop:/migrate')).toEqual(['process.stop:/web']);
    expect(needsOf(undo, 'grant.revoke:/web')).toContain('process.stop:/web');
    expect(undo.nodes()).not.toContain('env.probe');
  });
});

/** A DAG of starts; `undo` of each is its stop. */
function toGraph(needs: readonly (readonly number[])[]): ActionGraph {
  const graph: ActionGraph = new Graph();
  const action = (n: number): Action => ({ type: 'process.start', target: `/c${n}` });
  for (const n of needs.keys()) graph.setNode(actionId(action(n)), action(n));
  for (const [n, of] of needs.entries())
    for (const need of of) graph.setEdge(actionId(action(need)), actionId(action(n)));
  return graph;
}

it('what is taken back is exactly what was begun, each edge between two of them the other way round', () => {
  fc.assert(
    fc.property(randomDag, fc.infiniteStream(fc.boolean()), (needs, coins) => {
      const graph = toGraph(needs);
      const begun = new Set(graph.nodes().filter(() => coins.next().value));
      const undo = undoGraph(graph, begun, undoOf);
      const stop = (id: string): string => id.replace('process.start', 'process.stop');
      expect([...undo.nodes()].sort()).toEqual([...begun].map(stop).sort());
      const wanted = graph
        .edges()
        .filter(({ v, w }) => begun.has(v) && begun.has(w))
        .map(({ v, w }) => `${stop(w)} ${stop(v)}`);
      expect(
        undo
          .edges()
          .map(({ v, w }) => `${v} ${w}`)
          .sort(),
      ).toEqual(wanted.sort());
      for (const id of undo.nodes()) expect(actionId(undo.node(id) as Action)).toBe(id);
    }),
    { numRuns: 300 },
  );
});
