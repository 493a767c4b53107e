/** What an action cannot do without: also what is read, and shown, on the way. */
import { describe, expect, it } from 'vitest';
import type { Action } from '../../../../src/ir/action.ts';
import { probeAction } from '../../../../src/ir/action.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import type { WiredEdge } from '../../../../src/plan/wiring/edges.ts';
import { grantsOf } from '../../../../src/runtime/authority/grants.ts';
import { runNeeds } from '../../../../src/runtime/authority/run-needs.ts';
import { component } from '../../../support/run/memory-run.ts';

const url = 'secret://local/url';
const token = 'secret://local/token';
const edges: readonly WiredEdge[] = [
  {
    key: '/a.api#0',
    id: '/a.api',
    from: { kind: 'external', slot: 'api' },
    to: { kind: 'slot', moniker: '/a', slot: 'api', index: 0 },
    protocol: 'http',
    weak: false,
  },
];
const components = [
  component('/a', {
    storage: ['/a.resources.db'],
    bindings: [{ path: 'token', reference: `${token}@2#key` }],
  } as never),
];
const plan = {
  components: [{ moniker: '/a', program: { path: '/bin/sh' } }],
  edges: [],
  exports: [],
  runtime: {
    probes: {
      runs: { kind: 'headless_run', component: '/a', argv: ['./check.sh'], expectExit: 0 },
      asks: { kind: 'api_smoke', target: { edge: '/a.api' }, requests: [] },
    },
  },
} as unknown as DeploymentPlan;
const needs = runNeeds({
  plan,
  components,
  edges,
  grants: grantsOf(components, edges),
  copies: [],
  slotSecrets: { api: `${url}@1` },
});
const of = (action: Action): readonly string[] =>
  needs.of(action).map(({ kind, subject, resource }) => `${kind} ${subject} ${resource}`);

describe('what an action cannot do without', () => {
  it('is the secret that is read when its way is made', () => {
    expect(of({ type: 'grant.apply', target: '/a' })).toContain(`secret /a ${url}`);
    expect(needs.all().filter(({ kind }) => kind === 'secret')).toHaveLength(2);
  });

  it('is, where something is executed beside a component, all that this one is shown', () => {
    const started = of({ type: 'process.start', target: '/a' });
    expect(started).toContain(`secret /a ${token}`);
    const shown = started.filter((one) => !one.startsWith('tool '));
    expect(of(probeAction('runs'))).toEqual(expect.arrayContaining([...shown, 'evidence /a probes.runs']));
    expect(of(probeAction('runs'))).toHaveLength(shown.length + 1);
    expect(of(probeAction('asks'))).toEqual(['evidence / probes.asks']);
  });
});
