import { describe, expect, it } from 'vitest';
import { InternalError } from '../../../src/base/invariant.ts';
import type { Component, ComponentId, Edge, EdgeSource, Graph } from '../../../src/ir/graph.ts';
import {
  ancestorsOf,
  chainsOf,
  edgesInto,
  edgesOutOf,
  idsWithin,
  indexGraph,
  monikerOf,
  ownerOf,
  strongCircles,
} from '../../../src/ir/graph-index.ts';
import type { PlanSource } from '../../../src/ir/plan-schema.ts';

const id = (n: number): ComponentId => n as ComponentId;
/** `parents[n]` is the parent of component n. */
function graphOf(parents: readonly (number | null)[], edges: readonly Edge[]): Graph {
  const children = parents.map((): ComponentId[] => []);
  for (const [n, parent] of parents.entries()) if (parent !== null) children[parent]?.push(id(n));
  const components = parents.map(
    (parent, n) => ({ id: id(n), moniker: `/c${n}`, parent, children: children[n] }) as unknown as Component,
  );
  return { components, edges, exports: [], digest: '' };
}
const provide = (n: number): EdgeSource => ({ kind: 'component', component: id(n), provide: 'out' });
const edge = (from: EdgeSource, to: number, more: Partial<Edge> = {}): Edge => ({
  from,
  to: { component: id(to), slot: 'in' },
  capability: { kind: 'http', profile: null },
  weak: false,
  id: `/c${to}.in`,
  hop: null,
  ...more,
});

describe('the owner of a source', () => {
  it.each([
    [{ kind: 'component', component: 4, provide: 'out' } as const, 4],
    [{ kind: 'resource', component: 4, resource: 'db' } as const, 4],
    [{ kind: 'framework', authority: 5, capability: 'docker' } as const, 5],
    [{ kind: 'external', component: 0, slot: 'llm' } as const, null],
  ])('%j', (from, owner) => {
    expect(ownerOf<number>(from)).toBe(owner);
  });

  it('is a moniker where sources name their components', () => {
    const from: PlanSource = { kind: 'framework', authority: '/a', capability: 'kvm' };
    expect(ownerOf(from)).toBe('/a');
  });
});

describe('the index of a graph', () => {
  const external: EdgeSource = { kind: 'external', component: id(0), slot: 'llm' };
  const index = indexGraph(
    graphOf([null, 0, 0, 1, 3], [edge(provide(1), 2), edge(external, 1), edge(provide(2), 1), edge(provide(1), 1)]),
  );

  it('numbers the edges into a component in the order of the graph', () => {
    expect([0, 1, 2, 3].map((n) => [...edgesInto(index, id(n))])).toEqual([[], [1, 2, 3], [0], []]);
  });

  it('numbers the edges out of a component, none for what comes from outside', () => {
    expect([0, 1, 2, 3].map((n) => [...edgesOutOf(index, id(n))])).toEqual([[], [0, 3], [2], []]);
  });

  it('names a component, and takes an id of another graph for a bug', () => {
    expect(monikerOf(index.graph.components, id(3))).toBe('/c3');
    expect(() => monikerOf(index.graph.components, id(9))).toThrow(InternalError);
  });

  it('tells what a component lies in, and what lies in it', () => {
    const { components } = index.graph;
    expect(ancestorsOf(components, id(4)).map((c) => c.id)).toEqual([4, 3, 1, 0]);
    expect(idsWithin(components, id(1))).toEqual([1, 3, 4]);
    expect(idsWithin(components, id(0))).toEqual([0, 1, 2, 3, 4]);
  });

  it('walks a chain of 100,000 components without recursion', () => {
    const parents = Array.from({ length: 100_000 }, (_, n) => (n === 0 ? null : n - 1));
    const deep = graphOf(
      parents,
      parents.slice(1).map((_, n) => edge(provide(n), n + 1)),
    );
    const last = id(99_999);
    expect(ancestorsOf(deep.components, last)).toHaveLength(100_000);
    expect(idsWithin(deep.components, id(0))).toHaveLength(100_000);
    expect([...edgesInto(indexGraph(deep), last)]).toEqual([99_998]);
    expect(strongCircles(deep.components.length, deep.edges)).toEqual([]);
  });
});

describe('circles of strong edges', () => {
  const [there, back] = [edge(provide(1), 2), edge(provide(2), 1)];

  it('are told as their edges, from the smallest component on', () => {
    expect(strongCircles(3, [back, there])).toEqual([[there, back]]);
  });

  it.each([
    ['a weak edge', [there, edge(provide(2), 1, { weak: true })]],
    ['an edge of a component to itself', [edge(provide(1), 1)]],
    ['a resource', [there, edge({ kind: 'resource', component: id(2), resource: 'db' }, 1)]],
  ])('are not made by %s', (_, edges) => {
    expect(strongCircles(3, edges)).toEqual([]);
  });
});

describe('chains', () => {
  it('hold the hops of one edge, from the source on', () => {
    const hops = [2, 0, 1].map((hop) => ({ id: '/a.in', hop }));
    const alone = { id: '/b.in', hop: null };
    expect([...chainsOf([...hops, alone])]).toEqual([
      ['/a.in', [hops[1], hops[2], hops[0]]],
      ['/b.in', [alone]],
    ]);
  });
});
