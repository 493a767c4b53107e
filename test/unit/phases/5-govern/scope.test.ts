/** What a scope is shown takes long to make in a large scenario: the policy is started before. */
import { expect, it } from 'vitest';
import { indexGraph } from '../../../../src/ir/graph-index.ts';
import type { Linked } from '../../../../src/ir/linked.ts';
import { toAsk } from '../../../../src/phases/5-govern/ask.ts';
import { viewScope } from '../../../../src/phases/5-govern/scope.ts';
import { runTwo } from './verify/two-policies.ts';

const { linked } = await runTwo(() => []);
/** Of which nothing can be shown. */
const sealed = { ...linked.graph, edges: undefined } as unknown as Linked['graph'];

it('is made when it is first read, and once', () => {
  for (const scope of linked.scopes) {
    const index = indexGraph(linked.graph);
    const sealedView = viewScope({ ...index, graph: sealed }, scope, (url) => url);
    const [entry] = scope.entries;
    if (!entry) throw new Error('a scope has a policy');
    const rest = { entry, listIndex: 0, mode: 'enforce', secrets: [], references: [] } as const;
    const limits = { startMs: 1, connectMs: 1, headersMs: 1, bodyMs: 1, totalMs: 1, maxBodyBytes: 1 };
    const ask = toAsk({ ...rest, limits, view: sealedView }, 0, () => '/policy');
    expect(ask.headers['headgate-scope']).toBe(scope.moniker);
    expect(() => ask.body).toThrow(TypeError);
    const view = viewScope(index, scope, (url) => url);
    expect(view.depth).toBe(sealedView.depth);
    expect(view.targets).toBe(view.targets);
    expect(view.request).toBe(view.request);
    expect(view.sharing()).toBe(view.sharing());
  }
  expect(linked.scopes).not.toHaveLength(0);
});

it('shows the whole scenario all of its edges, and a part of it those that touch it', () => {
  const index = indexGraph(linked.graph);
  const { components, edges } = linked.graph;
  const shownTo = (moniker: string): readonly string[] => {
    const component = components.find((one) => one.moniker === moniker);
    const [scope] = linked.scopes;
    if (!component || !scope) throw new Error('they are there');
    const { targets } = viewScope(index, { ...scope, component: component.id, moniker }, (url) => url);
    return [...targets.values()].flatMap(({ edge }) => (edge.kind === 'edge' ? [edges[edge.index]?.id ?? '?'] : []));
  };
  expect(shownTo('/')).toEqual(['/client.up', '/other.up']);
  expect(shownTo('/other')).toEqual(['/other.up']);
  expect(shownTo('/server')).toEqual(['/client.up', '/other.up']);
});
