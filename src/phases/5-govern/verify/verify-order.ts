import { canonicalJson } from '../../../base/json.ts';
import * as D from '../../../diagnostics/catalogue/verify.ts';
import { createSink, type Sink } from '../../../diagnostics/sink.ts';
import { chainsOf } from '../../../ir/graph-index.ts';
import type { LinkedScenario } from '../../../ir/linked.ts';
import { recheck } from '../recheck.ts';
import { type Application, type Rewritten, rewrite } from '../rewrite.ts';

/** One interposer of a chain. */
interface Sitting {
  /** Index of the application that put it there. */
  readonly application: number;
  /** What it is and how it is attached, whoever put it there. */
  readonly content: string;
}

/** By edge id, from the source. */
type Chains = ReadonlyMap<string, readonly Sitting[]>;

/** Two entries of one list that stand next to each other on some edges. */
interface Neighbours {
  readonly first: number;
  readonly second: number;
  readonly edges: Set<string>;
}

/**
 * Rewrites again with two policies swapped, and tells which edges come out differently. Every order of a list is made of swaps of
 * neighbours, and a swap only moves interposers that are next to each other on an edge: so these swaps suffice, as many as there
 * are such pairs. Answers do not depend on order: all policies are shown the same graph.
 */
export function verifyOrder(
  linked: LinkedScenario,
  applications: readonly Application[],
  rewritten: Rewritten,
  sink: Sink,
): void {
  const contents = contentsOf(applications);
  const chains = (graph: Rewritten): Chains => sittingsOf(graph, linked, contents);
  const now = chains(rewritten);
  for (const { first, second, edges } of neighboursOf(now, applications)) {
    const other = rewrite(linked, swap(applications, first, second));
    const faults = createSink();
    recheck(other, linked.graph, faults);
    const then = faults.hasErrors ? undefined : chains(other);
    const changed = [...edges].filter((edge) => !then || !same(now.get(edge), then.get(edge)));
    const [example] = changed;
    if (example === undefined) continue;
    const refs = (found: Chains): string =>
      (found.get(example) ?? []).map(({ application }) => applications[application]?.entry.ref ?? '?').join(' -> ');
    const [a, b] = [applications[first] as Application, applications[second] as Application];
    const args = {
      scope: a.view.scope.moniker,
      first: a.entry.ref,
      second: b.entry.ref,
      edges: changed,
      now: refs(now),
      swapped: then && refs(then),
      refused: faults.diagnostics[0]?.message,
    };
    const related = changed.slice(0, 3).flatMap((edge) => {
      const origin = originOf(linked, edge);
      return origin ? [{ message: `edge \`${edge}\` is written here`, at: origin.at }] : [];
    });
    sink.report(D.orderMatters(args, { at: b.entry.at, label: `listed behind \`${a.entry.ref}\``, related }));
  }
}

const originOf = (linked: LinkedScenario, id: string): LinkedScenario['origins']['edges'][number] | undefined => {
  const edge = linked.graph.edges.findIndex((e) => e.id === id);
  return edge >= 0
    ? linked.origins.edges[edge]
    : linked.origins.exports[linked.graph.exports.findIndex(({ name }) => `exports.${name}` === id)];
};

/** In the order in which components are inserted. */
const contentsOf = (applications: readonly Application[]): readonly Sitting[] =>
  applications.flatMap(({ answer }, application) =>
    answer.interpositions.map((item) => ({ application, content: canonicalJson(item.interposer.written) })),
  );

function sittingsOf({ graph }: Rewritten, linked: LinkedScenario, contents: readonly Sitting[]): Chains {
  const chains = new Map<string, readonly Sitting[]>();
  const inserted = linked.graph.components.length;
  for (const [id, hops] of chainsOf(graph.edges)) {
    const sittings = hops.flatMap(({ to }) => {
      const sitting = contents[to.component - inserted];
      return sitting ? [{ ...sitting, content: `${sitting.content} ${to.slot}` }] : [];
    });
    if (sittings.length > 0) chains.set(id, sittings);
  }
  return chains;
}

/** Only within one list: what lies in another scope is ordered by the nesting of scopes. */
function neighboursOf(chains: Chains, applications: readonly Application[]): readonly Neighbours[] {
  const pairs = new Map<string, Neighbours>();
  for (const [edge, chain] of chains) {
    for (const [index, { application: second }] of chain.entries()) {
      const first = chain[index - 1]?.application;
      if (first === undefined || first === second) continue;
      if (applications[first]?.view.scope.component !== applications[second]?.view.scope.component) continue;
      const pair = pairs.get(`${first} ${second}`) ?? { first, second, edges: new Set() };
      pairs.set(`${first} ${second}`, pair);
      pair.edges.add(edge);
    }
  }
  return [...pairs.values()].sort((a, b) => a.first - b.first || a.second - b.second);
}

function swap(applications: readonly Application[], first: number, second: number): readonly Application[] {
  const place = (index: number): number => applications[index]?.listIndex ?? 0;
  return applications.map((application, index) =>
    index === first
      ? { ...application, listIndex: place(second) }
      : index === second
        ? { ...application, listIndex: place(first) }
        : application,
  );
}

const same = (a: readonly Sitting[] = [], b: readonly Sitting[] = []): boolean =>
  a.length === b.length && a.every(({ content }, index) => content === b[index]?.content);
