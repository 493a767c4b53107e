import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../../../src/base/digest.ts';
import { createSink } from '../../../../../src/diagnostics/sink.ts';
import type { Edge, Graph } from '../../../../../src/ir/graph.ts';
import { indexGraph } from '../../../../../src/ir/graph-index.ts';
import { decodeAnswer } from '../../../../../src/phases/5-govern/answer.ts';
import { type Application, type Rewritten, rewrite } from '../../../../../src/phases/5-govern/rewrite.ts';
import { viewScope } from '../../../../../src/phases/5-govern/scope.ts';
import { proveRewrite } from '../../../../../src/phases/5-govern/verify/prove-rewrite.ts';
import { interposer, runTwo } from './two-policies.ts';

/** Both policies on everything: chains of two. */
const { linked, answers } = await runTwo((scope, use) =>
  [...scope.bindings, ...scope.exports].map((edge) => interposer(use, [edge.id, 'down'])),
);
const applications = linked.scopes.flatMap((scope): readonly Application[] => {
  const view = viewScope(indexGraph(linked.graph), scope, (url) => url);
  return scope.entries.map((entry, listIndex) => {
    const text = answers.get(entry.use) ?? '';
    const { answer } = decodeAnswer(text);
    if (!answer) throw new Error('no answer');
    return { view, entry, listIndex, answer, answerDigest: digestOf(text) };
  });
});
const rewritten = rewrite(linked, applications);
const prove = (edges: readonly Edge[], rest: Partial<Graph> = {}): void => {
  const sink = createSink();
  const graph = { ...rewritten.graph, ...rest, edges };
  proveRewrite(linked.graph, applications, { ...rewritten, graph } satisfies Rewritten, sink);
  if (sink.diagnostics.length > 0) throw new Error(sink.diagnostics.map((d) => d.code).join());
};
const edges = rewritten.graph.edges;
const spliced = edges.map((edge, index) => ({ edge, index })).filter(({ edge }) => edge.hop !== null);

describe('proof of a rewrite', () => {
  test('has something to prove, and proves it', () => {
    expect(spliced).toHaveLength(2 * 3 + 2 * 2);
    expect(() => prove(edges)).not.toThrow();
  });

  test.each(spliced.map(({ index }) => index))('hop %i is missed', (index) => {
    expect(() => prove(edges.filter((_, i) => i !== index))).toThrow('every hop of a chain is in the graph');
  });

  test.each(spliced.map(({ index }) => index))('hop %i from the old provider is seen', (index) => {
    const edge = edges[index] as Edge;
    const first = edges.find((e) => e.id === edge.id && e.hop === 0) as Edge;
    if (edge.hop === 0) return;
    expect(() => prove(edges.map((e, i) => (i === index ? { ...e, from: first.from } : e)))).toThrow();
    expect(() => prove([...edges, { ...edge, from: first.from }])).toThrow('every edge belongs to a chain');
  });

  test.each(spliced.filter(({ edge }) => edge.hop === 0).map(({ edge }) => edge.id))(
    '%s in another order is seen',
    (id) => {
      const [one, two] = edges.filter((e) => e.id === id).map((e) => e.to) as [Edge['to'], Edge['to']];
      const turned = edges.map((e): Edge => {
        if (e.id !== id) return e;
        const other = (c: number): number =>
          c === one.component ? two.component : c === two.component ? one.component : c;
        const from = e.from.kind === 'component' ? { ...e.from, component: other(e.from.component) } : e.from;
        return { ...e, from, to: { ...e.to, component: other(e.to.component) } } as Edge;
      });
      expect(() => prove(turned)).toThrow();
    },
  );

  test('an export that is taken from its old provider is seen', () => {
    const exports = rewritten.graph.exports.map((item, index) => ({
      ...item,
      from: linked.graph.exports[index]?.from ?? item.from,
    }));
    expect(() => prove(edges, { exports })).toThrow();
  });
});

describe('a provide for several edges', () => {
  test('is warned of where it opens a way around another policy', async () => {
    const { result } = await runTwo((scope, use) => {
      const [first, second] = scope.bindings as [{ id: number }, { id: number }];
      return use === 'a'
        ? [interposer('a', [first.id, 'down'])]
        : [interposer('b', [first.id, 'down'], [second.id, 'down'])];
    });
    const [found] = result.diagnostics.filter((d) => d.code === 'govern/shared-provide');
    expect(found?.message).toContain('edge `/client.up` can be taken without `/__overlay_0_0`');
    expect(found?.message).toContain('/server.api -> /__overlay_1_0.s1 -> /__overlay_1_0.down -> /client.up');
    expect(found?.related).toHaveLength(2);
    expect(result.compiled).toBeDefined();
  });

  test('is fine where all of them have the same chain, or provides of their own', async () => {
    const shared = await runTwo((scope, use) =>
      use === 'a' ? [] : [interposer('b', ...scope.bindings.map((edge) => [edge.id, 'down'] as const))],
    );
    const own = await runTwo((scope, use) => {
      const [first, second] = scope.bindings as [{ id: number }, { id: number }];
      return use === 'a'
        ? [interposer('a', [first.id, 'down'])]
        : [interposer('b', [first.id, 'd1'], [second.id, 'd2'])];
    });
    for (const { result } of [shared, own]) expect(result.diagnostics.map((d) => d.code)).toEqual([]);
  });
});
