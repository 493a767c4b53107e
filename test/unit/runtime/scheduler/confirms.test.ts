/** Where answers are waited for in the graph of a run. */
import { Graph } from '@dagrejs/graphlib';
import { describe, expect, it } from 'vitest';
import { actionId } from '../../../../src/ir/action.ts';
import { addConfirms } from '../../../../src/runtime/scheduler/confirms.ts';
import { type ActionGraph, actionGraph, startOf } from '../../../../src/runtime/scheduler/graph.ts';
import { component } from '../../../support/run/memory-run.ts';

const needsOf = (graph: ActionGraph, id: string): readonly string[] => [...(graph.predecessors(id) ?? [])].sort();
const task = (moniker: string, ...after: string[]) => component(moniker, { restart: 'never', control: true, after });

describe('answers are waited for', () => {
  it('behind a task that may ask, in front of those that need it, and nowhere else', () => {
    const graph = actionGraph(
      [
        task('/a'),
        component('/b', { after: ['/a'] }),
        component('/c', { after: ['/b'] }),
        component('/d', { restart: 'never', after: ['/a'] }),
        component('/service', { control: true }),
        component('/e', { after: ['/service'] }),
      ],
      [],
    );
    expect(graph.nodes().filter((id) => id.startsWith('gate.'))).toEqual(['gate.confirm:/a']);
    expect(needsOf(graph, 'gate.confirm:/a')).toEqual(['task.run:/a']);
    expect(needsOf(graph, 'process.start:/b')).toContain('gate.confirm:/a');
    expect(needsOf(graph, 'task.run:/d')).toContain('gate.confirm:/a');
    expect(needsOf(graph, 'process.start:/c')).not.toContain('gate.confirm:/a');
  });

  it('behind the finalize of its workspace, and by nobody who comes before that', () => {
    const components = [
      task('/a'),
      component('/same', { restart: 'never', after: ['/a'] }),
      component('/b', { after: ['/a'] }),
    ];
    const graph: ActionGraph = new Graph();
    for (const one of components) graph.setNode(actionId(startOf(one)), startOf(one));
    const finalize = 'workspace.finalize:workspaces.src';
    const [own, others] = ['workspace.prepare:workspaces.src', 'workspace.prepare:workspaces.src:/b'] as const;
    for (const id of [finalize, own, others]) graph.setNode(id, { type: 'env.probe', target: null });
    for (const moniker of ['/a', '/same']) {
      graph.setEdge(own, `task.run:${moniker}`);
      graph.setEdge(`task.run:${moniker}`, finalize);
    }
    graph.setEdge(others, 'process.start:/b');
    for (const one of ['task.run:/same', 'process.start:/b']) graph.setEdge('task.run:/a', one);
    addConfirms(graph, components, startOf);
    expect(needsOf(graph, 'gate.confirm:/a')).toEqual(['task.run:/a', finalize]);
    expect(needsOf(graph, 'process.start:/b')).toEqual(['gate.confirm:/a', 'task.run:/a', others]);
    // A copy is made of what was said yes to.
    expect(needsOf(graph, others)).toEqual(['gate.confirm:/a']);
    // It works on the same copy, which is finalized when it has ended.
    expect(needsOf(graph, 'task.run:/same')).toEqual(['task.run:/a', own]);
    expect(needsOf(graph, own)).toEqual([]);
  });
});
