import { type Adjacency, groupByNode, itemsOf } from './adjacency.ts';

/**
 * Finds one circle in each strongly connected component of a directed graph with nodes 0…count-1. Answers lists of indexes
 * into `edges`, in the order of the walk, starting at the smallest node of the component; the circles are ordered by that
 * node. A self edge is no circle. Iterative (Tarjan) and O(nodes + edges): graphs of any depth are fine.
 */
export function strongCycles(
  count: number,
  edges: readonly { readonly from: number; readonly to: number }[],
): readonly (readonly number[])[] {
  const out = groupByNode(
    count,
    edges.map(({ from }) => from),
  );
  const component = components(count, edges, out);
  const sizes = new Int32Array(count);
  for (const id of component) sizes[id] = (sizes[id] as number) + 1;
  const cycles: number[][] = [];
  for (let node = 0; node < count; node++) {
    const id = component[node] as number;
    if ((sizes[id] as number) < 2) continue;
    cycles.push(shortestCircle(node, id, edges, out, component));
    // Once each.
    sizes[id] = 0;
  }
  return cycles;
}

type Edges = readonly { readonly from: number; readonly to: number }[];

/** Tarjan's algorithm with an explicit stack; answers the component number of each node. */
function components(count: number, edges: Edges, out: Adjacency): Int32Array {
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const component = new Int32Array(count).fill(-1);
  const next = out.starts.slice(0, count);
  const open: number[] = [];
  const work: number[] = [];
  let clock = 0;
  let found = 0;
  for (let root = 0; root < count; root++) {
    if (order[root] !== -1) continue;
    work.push(root);
    while (work.length > 0) {
      const node = work[work.length - 1] as number;
      if (order[node] === -1) {
        order[node] = low[node] = clock++;
        open.push(node);
      }
      const end = out.starts[node + 1] as number;
      let descended = false;
      while ((next[node] as number) < end) {
        const to = (edges[out.items[next[node] as number] as number] as { to: number }).to;
        next[node] = (next[node] as number) + 1;
        if (order[to] === -1) {
          work.push(to);
          descended = true;
          break;
        }
        if (component[to] === -1) low[node] = Math.min(low[node] as number, order[to] as number);
      }
      if (descended) continue;
      work.pop();
      const parent = work[work.length - 1];
      if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[node] as number);
      if (low[node] !== order[node]) continue;
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        component[member] = found;
        if (member === node) break;
      }
      found++;
    }
  }
  return component;
}

/** Breadth-first walk from `start` back to itself inside its component. */
function shortestCircle(start: number, id: number, edges: Edges, out: Adjacency, component: Int32Array): number[] {
  const via = new Map<number, number>();
  const queue = [start];
  for (let head = 0; head < queue.length; head++) {
    for (const index of itemsOf(out, queue[head] as number)) {
      const to = (edges[index] as { to: number }).to;
      if (component[to] !== id) continue;
      if (to === start && queue[head] !== start) return trace(start, index, edges, via);
      if (to === start || via.has(to)) continue;
      via.set(to, index);
      queue.push(to);
    }
  }
  return [];
}

function trace(start: number, last: number, edges: Edges, via: ReadonlyMap<number, number>): number[] {
  const path = [last];
  for (let node = (edges[last] as { from: number }).from; node !== start; ) {
    const index = via.get(node) as number;
    path.push(index);
    node = (edges[index] as { from: number }).from;
  }
  return path.reverse();
}
