import { expect, it } from 'vitest';
import type { PolicyRequest, WireComponent } from '../../../../src/ir/request.ts';
import { sharingBody } from '../../../../src/phases/5-govern/share.ts';

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
  const body = JSON.parse(sharingBody(request)) as {
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
