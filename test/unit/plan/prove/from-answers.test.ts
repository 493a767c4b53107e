import { expect, it } from 'vitest';
import type { ComponentId, Graph } from '../../../../src/ir/graph.ts';
import { obligationsOfAnswers } from '../../../../src/plan/prove/from-answers.ts';

/** `/a/x` → `/b/y`. */
const names = ['/', '/a', '/a/x', '/b', '/b/y'];
const parents = [null, 0, 1, 0, 3];
const graph = {
  components: names.map((moniker, id) => ({ id, moniker, parent: parents[id] })),
  edges: [
    {
      from: { kind: 'component', component: 2, provide: 'out' },
      to: { component: 4, slot: 'in' },
      id: '/b/y.in',
      hop: null,
      weak: false,
      capability: { kind: 'http', profile: null },
    },
  ],
  exports: [],
} as unknown as Graph;

const answer = (scope: number, listIndex: number, ...interposers: readonly string[]) => ({
  scope: scope as ComponentId,
  listIndex,
  interpositions: interposers.map((interposer) => ({
    interposer,
    attachments: [{ on: { kind: 'edge', index: 0 } as const, slot: 'up', provide: 'down' }],
  })),
});
const chain = (...answers: readonly ReturnType<typeof answer>[]): readonly string[] | undefined =>
  obligationsOfAnswers(graph, answers)[0]?.chain.map(({ interposer }) => interposer);

it('an edge passes the scopes around its source, those around both ends, and those around its consumer', () => {
  expect(chain()).toEqual([]);
  expect(chain(answer(3, 0, 'c'), answer(0, 1, 'b2'), answer(0, 0, 'b1'), answer(1, 0, 'a'))).toEqual([
    'a',
    'b1',
    'b2',
    'c',
  ]);
});

it.each([0, 1, 2, 3, 4])('one scope that it touches is enough, in the order of its list: %i', (scope) => {
  expect(chain(answer(scope, 1, 'second', 'third'), answer(scope, 0, 'first'))).toEqual(['first', 'second', 'third']);
});

it('an attachment of a scope that the edge does not touch is a fault of ours', () => {
  const inside = {
    ...graph,
    edges: graph.edges.map((edge) => ({ ...edge, to: { ...edge.to, component: 2 as ComponentId } })),
  } as Graph;
  expect(() => obligationsOfAnswers(inside, [answer(3, 0, 'c')])).toThrow('of a scope that the edge touches');
});
