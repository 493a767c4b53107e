import { describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { needsOf } from '../../../../src/plan/authority/needs.ts';

const program = { path: '/bin/true' };
const listening = { ...program, network: { endpoints: [{ name: 'http', port: 8080 }] } };
const model = { kind: 'llm', profile: 'model_provider' };

/** `/a` asks a model of the root, and `/meter` sits on the way there. */
const metered = (grants: object): DeploymentPlan =>
  ({
    components: [
      { moniker: '/a', program, provides: {}, resources: {} },
      { moniker: '/meter', program: listening, provides: { down: { endpoint: 'http' } }, resources: {} },
    ],
    edges: [
      {
        id: '/a.m',
        hop: 0,
        from: { kind: 'external', slot: 'm' },
        to: { component: '/meter', slot: 'up' },
        capability: model,
      },
      {
        id: '/a.m',
        hop: 1,
        from: { kind: 'component', component: '/meter', provide: 'down' },
        to: { component: '/a', slot: 'm' },
        capability: model,
      },
    ],
    exports: [],
    policies: [{ grants: { secrets: [], ...grants }, interposers: ['/meter'] }],
    runtime: {},
  }) as unknown as DeploymentPlan;

const told = (plan: DeploymentPlan): readonly string[] =>
  needsOf(plan).map(({ subject, gate, resource }) => `${subject} ${gate} ${resource}`);

describe('the rights of a plan', () => {
  const ways = [
    '/a modelProviderUse /a.m',
    '/a networkProfile /a.m',
    '/a toolGrant /bin/true',
    '/meter modelProviderUse /a.m',
    '/meter networkProfile /a.m',
  ];

  it('of what sits on a way to a model are those of whoever asks it', () => {
    expect(told(metered({}))).toEqual([...ways, '/meter toolGrant /bin/true']);
  });

  it('of a meter have the way to its run besides, for what it counts', () => {
    expect(told(metered({ usage: true }))).toEqual([
      ...ways,
      '/meter networkProfile control',
      '/meter toolGrant /bin/true',
    ]);
  });
});
