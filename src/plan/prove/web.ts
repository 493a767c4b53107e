import { type Adjacency, groupByNode } from '../../base/adjacency.ts';
import type { Link, Obligation } from './obligation.ts';

/** Everything that is named, by number. A link is one number as well: see `pair`. */
export interface Web {
  readonly names: readonly string[];
  readonly idOf: (name: string) => number;
  /** Where a step leads: along a link, or through an interposer from its inlet to its outlet. */
  readonly next: Adjacency;
  readonly previous: Adjacency;
  /** Number of the interposer that a name belongs to; -1 for ends, which nothing passes through. */
  readonly interposer: readonly number[];
  readonly interposers: readonly string[];
  readonly linked: ReadonlySet<number>;
  /** Of each obligation. */
  readonly promises: readonly Promised[];
}

/** One obligation, by numbers. */
export interface Promised {
  readonly source: number;
  readonly target: number;
  /** Interposers, from the source. */
  readonly chain: readonly number[];
  /** The links that it needs, from the source. */
  readonly links: readonly number[];
}

const most = 2 ** 26;
/** Two numbers of names as one; there are fewer than 2^26 names. */
export const pair = (from: number, to: number): number => from * most + to;

export const linkOf = ({ names }: Pick<Web, 'names'>, link: number): Link => ({
  from: names[Math.floor(link / most)] ?? '?',
  to: names[link % most] ?? '?',
});

/** O(links + hops). What flows through an interposer is told by the chains it is part of. */
export function weave(obligations: readonly Obligation[], links: readonly Link[]): Web {
  const names: string[] = [];
  const ids = new Map<string, number>();
  // Of each step.
  const starts: number[] = [];
  const ends: number[] = [];
  const interposer: number[] = [];
  const idOf = (name: string): number => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const id = names.length;
    ids.set(name, id);
    names.push(name);
    interposer.push(-1);
    return id;
  };
  const linked = new Set<number>();
  const through = new Set<number>();
  const step = (from: number, to: number, known: Set<number>): void => {
    const before = known.size;
    if (known.add(pair(from, to)).size === before) return;
    starts.push(from);
    ends.push(to);
  };
  for (const { from, to } of links) step(idOf(from), idOf(to), linked);
  const interposers = new Map<string, number>();
  const promises = obligations.map((obligation): Promised => {
    const source = idOf(obligation.source);
    const chain: number[] = [];
    const needed: number[] = [];
    let from = source;
    for (const hop of obligation.chain) {
      const [inlet, outlet] = [idOf(hop.inlet), idOf(hop.outlet)];
      const number = interposers.get(hop.interposer) ?? interposers.size;
      interposers.set(hop.interposer, number);
      chain.push(number);
      interposer[inlet] = number;
      interposer[outlet] = number;
      if (inlet !== outlet) step(inlet, outlet, through);
      needed.push(pair(from, inlet));
      from = outlet;
    }
    const target = idOf(obligation.target);
    needed.push(pair(from, target));
    return { source, target, chain, links: needed };
  });
  const count = names.length;
  const next = grouped(count, starts, ends);
  const previous = grouped(count, ends, starts);
  return { names, idOf, next, previous, interposer, interposers: [...interposers.keys()], linked, promises };
}

/** The other ends of the steps of each node, in their order. */
function grouped(count: number, nodes: readonly number[], others: readonly number[]): Adjacency {
  const { starts, items } = groupByNode(count, nodes);
  return { starts, items: items.map((step) => others[step] as number) };
}
