import { type Bound, hasProgram, type Instance, type SlotNode, type Terminal } from '../instance.ts';
import { routesOf } from './resolve-slots.ts';

/** A resolved edge before it gets its place in the graph. `bound` is absent for the inputs of a root with a program. */
export interface RawEdge {
  readonly source: Terminal;
  readonly slot: SlotNode;
  readonly weak: boolean;
  readonly bound?: Bound;
}

/**
 * Edges into components that run a program, straight from the true source, in the order of the declaring component and its
 * manifest; the external inputs of a root with a program come last. Relays leave no edge. O(edges).
 */
export function collectEdges(instances: readonly Instance[]): readonly RawEdge[] {
  const edges: RawEdge[] = [];
  for (const realm of instances) {
    for (const bound of realm.bindings) {
      if (!hasProgram(bound.slot.instance)) continue;
      for (const { source, weak } of routesOf(bound)) edges.push({ source, slot: bound.slot, weak, bound });
    }
  }
  const root = instances[0];
  if (root && hasProgram(root)) {
    for (const slot of root.slots.values()) {
      for (const { source } of slot.sources) edges.push({ source, slot, weak: true });
    }
  }
  return edges;
}
