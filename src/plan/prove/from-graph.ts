import { sourceId } from '../../ir/edge-id.ts';
import type { ComponentId, Graph } from '../../ir/graph.ts';
import { monikerOf } from '../../ir/graph-index.ts';
import { exportInlet, inlet, type Link, outlet } from './obligation.ts';

/** Who can reach what in a graph. */
export function linksOfGraph(graph: Graph): readonly Link[] {
  const moniker = (id: ComponentId): string => monikerOf(graph.components, id);
  return [
    ...graph.edges.map((edge) => ({
      from: sourceId(graph.components, edge.from),
      to: inlet(moniker(edge.to.component), edge.to.slot),
    })),
    ...graph.exports.map((item) => ({
      from: outlet(moniker(item.from.component), item.from.provide),
      to: exportInlet(item.name),
    })),
  ];
}
