/**
 * Proof that nothing goes around an interposer. In: obligations, and who can reach what in a graph, a plan, or an emitted target.
 * Out: every obligation that does not hold, with a witness. Pure, and without any knowledge of how the chains were made.
 */
import type { Adjacency } from '../../base/adjacency.ts';
import type { Link, Obligation } from './obligation.ts';
import { type SearchInput, searchBypasses, type Way } from './search.ts';
import { linkOf, type Promised, pair, type Web, weave } from './web.ts';

export type Violation =
  /** A link of a chain is not there: the edge does not work. */
  | { readonly kind: 'broken'; readonly edge: string; readonly link: Link }
  /** A link that no edge accounts for. Only of exact proofs. */
  | { readonly kind: 'unexpected'; readonly link: Link }
  /** A way from the old provider to the old consumer that leaves interposers out, or passes them in another order. */
  | {
      readonly kind: 'bypass' | 'order';
      /** All edges between these two ends. */
      readonly edges: readonly string[];
      readonly source: string;
      readonly target: string;
      /** Names on the way, from the source. */
      readonly path: readonly string[];
      /** Monikers of the interposers that are left out. */
      readonly missing: readonly string[];
    }
  /** Too many chains lead between two ends to tell. It counts as not proved. */
  | { readonly kind: 'undecided'; readonly edges: readonly string[]; readonly source: string; readonly target: string };

export interface ProofOptions {
  /** Also refuse links that no obligation accounts for. */
  readonly exact?: boolean;
}

/** Empty: proved. O(links) for all edges together unless ends are shared by edges with different chains. */
export function prove(
  obligations: readonly Obligation[],
  links: readonly Link[],
  options: ProofOptions = {},
): readonly Violation[] {
  const web = weave(obligations, links);
  return [
    ...brokenLinks(obligations, web),
    ...(options.exact === true ? unexpectedLinks(web) : []),
    ...bypasses(obligations, web),
  ];
}

function brokenLinks(obligations: readonly Obligation[], web: Web): readonly Violation[] {
  const found: Violation[] = [];
  for (let i = 0; i < obligations.length; i++) {
    const { edge } = obligations[i] as Obligation;
    for (const link of web.promises[i]?.links ?? [])
      if (!web.linked.has(link)) found.push({ kind: 'broken', edge, link: linkOf(web, link) });
  }
  return found;
}

function unexpectedLinks(web: Web): readonly Violation[] {
  const wanted = new Set<number>();
  for (const { links } of web.promises) for (const link of links) wanted.add(link);
  return [...web.linked]
    .filter((link) => !wanted.has(link))
    .map((link): Violation => ({ kind: 'unexpected', link: linkOf(web, link) }));
}

/** The edges between two ends. */
interface Family {
  readonly source: number;
  readonly target: number;
  readonly edges: string[];
  readonly chains: (readonly number[])[];
}

function familiesOf(obligations: readonly Obligation[], { promises }: Web): readonly Family[] {
  const families = new Map<number, Family>();
  for (let i = 0; i < promises.length; i++) {
    const { source, target, chain } = promises[i] as Promised;
    const { edge } = obligations[i] as Obligation;
    const key = pair(source, target);
    const family = families.get(key);
    if (family) {
      family.edges.push(edge);
      family.chains.push(chain);
    } else families.set(key, { source, target, edges: [edge], chains: [chain] });
  }
  // Where one of the edges is free, the direct way is allowed.
  return [...families.values()].filter(({ chains }) => chains.every((chain) => chain.length > 0));
}

/**
 * A source may feed thousands of consumers, and a consumer may have thousands of sources. So families that share source and chains
 * are searched together from the source, and one by one from their targets, in turns: whichever is done first.
 */
function bypasses(obligations: readonly Obligation[], web: Web): readonly Violation[] {
  const batches = new Map<string, Family[]>();
  for (const family of familiesOf(obligations, web)) {
    if (isStraight(family, web)) continue;
    const key = `${family.source} ${JSON.stringify(family.chains)}`;
    const batch = batches.get(key) ?? [];
    batches.set(key, batch);
    batch.push(family);
  }
  return [...batches.values()].flatMap((batch) => {
    const searches = [fromSource(batch, web), fromTargets(batch, web)];
    for (;;) {
      for (const search of searches) {
        const { done, value } = search.next();
        if (done === true) return value;
      }
    }
  });
}

/** Nothing but the chain leads to the target: most edges are like that, and need no search. */
function isStraight({ source, target, chains }: Family, { previous, interposer }: Web): boolean {
  const [chain, second] = chains;
  if (!chain || second) return false;
  let [node, left] = [target, chain.length];
  // Each interposer is an inlet and an outlet; whatever is longer goes round in a circle.
  for (let steps = 2 * chain.length + 1; node !== source && steps > 0; steps--) {
    const before = onlyItem(previous, node);
    if (before === undefined) return false;
    if (before !== source && interposer[before] !== interposer[node] && interposer[before] !== chain[--left])
      return false;
    if (left < 0) return false;
    node = before;
  }
  return node === source && left === 0;
}

const onlyItem = ({ starts, items }: Adjacency, node: number): number | undefined => {
  const start = starts[node] as number;
  return starts[node + 1] === start + 1 ? items[start] : undefined;
};

type Search = Generator<undefined, readonly Violation[]>;

function* fromSource(batch: readonly Family[], web: Web): Search {
  const [first] = batch as readonly [Family, ...Family[]];
  const byTarget = new Map(batch.map((family) => [family.target, family]));
  const ways = yield* searchBypasses({
    start: first.source,
    goals: new Set(byTarget.keys()),
    steps: web.next,
    interposer: web.interposer,
    chains: first.chains,
  });
  return ways.map((way) => violationOf(byTarget.get(way.goal) as Family, way, web));
}

function* fromTargets(batch: readonly Family[], web: Web): Search {
  const found: Violation[] = [];
  for (const family of batch) {
    const input: SearchInput = {
      start: family.target,
      goals: new Set([family.source]),
      steps: web.previous,
      interposer: web.interposer,
      chains: family.chains.map((chain) => [...chain].reverse()),
    };
    const ways = yield* searchBypasses(input);
    for (const { goal, path } of ways) {
      const way = path === undefined ? { goal } : { goal, path: [...path].reverse() };
      found.push(violationOf(family, way, web));
    }
  }
  return found;
}

function violationOf(family: Family, { path }: Way, web: Web): Violation {
  const name = (id: number): string => web.names[id] ?? '?';
  const ends = { edges: family.edges, source: name(family.source), target: name(family.target) };
  if (path === undefined) return { kind: 'undecided', ...ends };
  const passed = new Set(path.map((id) => web.interposer[id]));
  const left = family.chains.map((chain) => chain.filter((id) => !passed.has(id)));
  const missing = left.reduce((least, other) => (other.length < least.length ? other : least));
  return {
    kind: missing.length === 0 ? 'order' : 'bypass',
    ...ends,
    path: path.map(name),
    missing: missing.map((id) => web.interposers[id] ?? '?'),
  };
}
