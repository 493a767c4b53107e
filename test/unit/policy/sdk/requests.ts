/** A question with one edge of every sort. */
import type { PolicyRequest } from '../../../../src/policy/sdk/index.ts';

const component = (id: number, moniker: string, more: object = {}): object => ({
  id,
  moniker,
  parent: id === 0 ? null : 0,
  digest: `sha256:${'A'.repeat(43)}=`,
  config: null,
  config_schema: null,
  program: null,
  slots: {},
  provides: {},
  resources: {},
  metadata: null,
  child_templates: {},
  children: [],
  ...more,
});

const http = { kind: 'http', profile: null };

export const request = {
  scope: {
    components: [
      component(0, '/team', {
        parent: 7,
        children: [1, 2],
        config_schema: {
          type: 'object',
          properties: {
            key: { type: 'string', secret: true },
            deep: { type: 'object', properties: { n: { type: 'integer' } } },
            free: { type: 'object' },
          },
        },
      }),
      component(1, '/team/a', { program: { image: 'x', entrypoint: [] } }),
      component(2, '/team/b.c'),
    ],
    bindings: [
      {
        id: 0,
        from: { Component: { component: 1, name: 'out' } },
        to: { component: 2, name: 'in' },
        capability: { kind: 'a2a', profile: 'v2' },
      },
      {
        id: 3,
        from: { Resource: { component: 1, name: 'disk' } },
        to: { component: 2, name: 'store' },
        capability: { kind: 'storage', profile: null },
      },
      {
        id: 4,
        from: { Framework: { authority: 0, capability: 'docker' } },
        to: { component: 1, name: 'engine' },
        capability: { kind: 'docker', profile: null },
      },
    ],
    imports: [{ id: 1, to: { component: 1, name: 'search' }, capability: http }],
    exports: [{ id: 2, from: { Component: { component: 2, name: 'page' } }, capability: http }],
  },
} as unknown as PolicyRequest;

/** Edges of kind `http` from providers whose endpoints speak these protocols; null stands for an import, of which that is not shown. */
export function speaking(...protocols: readonly (string | null)[]): PolicyRequest {
  const providers = protocols.map((protocol, index) =>
    component(index + 2, `/p${index}`, {
      program: { path: '/p', args: [], network: { endpoints: [{ name: 'e', port: 1, protocol }] } },
      provides: { out: { ...http, endpoint: 'e' } },
    }),
  );
  const edges = protocols.map((protocol, id) => ({
    id,
    ...(protocol === null ? {} : { from: { Component: { component: id + 2, name: 'out' } } }),
    to: { component: 1, name: `in${id}` },
    capability: http,
  }));
  const bindings = edges.filter(({ from }) => from);
  const imports = edges.filter(({ from }) => !from);
  return {
    scope: { components: [component(0, '/'), component(1, '/c'), ...providers], bindings, imports, exports: [] },
  } as unknown as PolicyRequest;
}
