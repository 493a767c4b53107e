/** Numbers 0…n-1 grouped by the node that each belongs to, in two arrays: a graph of any size costs two allocations. */
export interface Adjacency {
  /** Where the numbers of each node begin; one longer than there are nodes. */
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/** `nodes[n]` is the node of number n, negative for none. The numbers of a node stay in order. O(nodes + numbers). */
export function groupByNode(count: number, nodes: readonly number[]): Adjacency {
  const starts = new Int32Array(count + 1);
  for (const node of nodes) if (node >= 0) starts[node + 1] = (starts[node + 1] as number) + 1;
  for (let node = 0; node < count; node++) starts[node + 1] = (starts[node + 1] as number) + (starts[node] as number);
  const next = starts.slice(0, count);
  const items = new Int32Array(starts[count] as number);
  for (let number = 0; number < nodes.length; number++) {
    const node = nodes[number] as number;
    if (node < 0) continue;
    items[next[node] as number] = number;
    next[node] = (next[node] as number) + 1;
  }
  return { starts, items };
}

export const itemsOf = ({ starts, items }: Adjacency, node: number): Int32Array =>
  items.subarray(starts[node], starts[node + 1]);
