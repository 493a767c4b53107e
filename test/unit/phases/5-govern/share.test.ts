import { expect, it } from 'vitest';
import { type JsonValue, sortedJson } from '../../../../src/base/json.ts';
import type { PolicyRequest, WireComponent } from '../../../../src/ir/request.ts';
import { bodiesOf } from '../../../../src/phases/5-govern/share.ts';

const long = { path: '/opt/acme/bin/program', args: ['--with', 'arguments', '--that', 'are', '--long'] };

const component = (id: number, more: Partial<WireComponent>): WireComponent => ({
  id,
  parent: null,
  moniker: `/${id}`,
  digest: 'sha256:x',
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

const shared = (...components: readonly WireComponent[]): { shared: unknown; places: unknown[] } => {
  const request: PolicyRequest = { scope: { components, bindings: [], imports: [], exports: [] } };
  const body = JSON.parse(bodiesOf(request).sharing()) as {
    scope: { components: { shared?: unknown; program?: unknown }[] };
    shared: unknown;
  };
  return { shared: body.shared, places: body.scope.components.map((one) => one.shared ?? one.program) };
};

it('what two have at length is there once, in the order in which it is met', () => {
  const other = { ...long, path: '/opt/acme/bin/another' };
  const got = shared(
    component(0, { program: long }),
    component(1, { program: other, metadata: long }),
    component(2, { program: other }),
  );
  expect(got).toEqual({
    shared: [long, other],
    places: [{ program: 0 }, { metadata: 0, program: 1 }, { program: 1 }],
  });
});

it('what one alone has, and what is short, stays where it is', () => {
  const short = { path: '/x', args: [] };
  const got = shared(
    component(0, { program: long }),
    component(1, { program: short }),
    component(2, { program: short }),
  );
  expect(got).toEqual({ shared: [], places: [long, short, short] });
});

it('in version 1 everything stands where it is, in canonical JSON', () => {
  const components = [component(0, { program: long, metadata: { b: 1, a: long } }), component(1, { program: long })];
  const capability = { kind: 'http', profile: null } as const;
  const from = { Component: { component: 0, name: 'o' } };
  const request: PolicyRequest = {
    scope: {
      components,
      bindings: [{ id: 0, from, to: { component: 1, name: 'i' }, capability }],
      imports: [{ id: 1, to: { component: 0, name: '\u{1f600}' }, capability }],
      exports: [{ id: 2, from, capability }],
    },
  };
  expect(bodiesOf(request).plain).toBe(sortedJson(request as unknown as JsonValue));
});
