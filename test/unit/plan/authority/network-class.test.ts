import { describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { placeOf } from '../../../../src/plan/authority/host-place.ts';
import { outsideClass, type ProfileType } from '../../../../src/plan/authority/network-class.ts';

const planOf = (type: ProfileType, more: object = {}, edges: readonly object[] = [], mode = 'inherit') =>
  ({
    components: [{ moniker: '/a', program: {} }],
    edges,
    runtime: {
      components: { '/a': { profile: 'p', ...more } },
      profiles: { p: { type, runtime: { mode: 'default' }, sandbox: { mode }, permissions: 'deny-all' } },
    },
  }) as unknown as DeploymentPlan;

const allowed: Readonly<Record<string, readonly ProfileType[]>> = {
  '127.0.0.1:80': ['airgapped_local_only', 'local_model_provider', 'corporate_firewall', 'multi_corporate_firewall'],
  'localhost:80': ['airgapped_local_only', 'local_model_provider', 'corporate_firewall', 'multi_corporate_firewall'],
  '[::1]:80': ['airgapped_local_only', 'local_model_provider', 'corporate_firewall', 'multi_corporate_firewall'],
  '10.1.2.3:80': ['local_model_provider'],
  '[fd00::1]:80': ['local_model_provider'],
  '8.8.8.8:443': [],
  '[2001:db8::1]:443': [],
  'a.example:443': ['corporate_firewall', 'multi_corporate_firewall'],
  '*.example:443': [],
  'a.example:*': [],
  'localhost.example:80': ['corporate_firewall', 'multi_corporate_firewall'],
};
const bound = [
  'airgapped_local_only',
  'local_model_provider',
  'corporate_firewall',
  'multi_corporate_firewall',
] as const;
const open = ['personal', 'hosted_model_provider', 'user_owned_model'] as const;

describe('the type of a profile', () => {
  it.each(Object.entries(allowed))('lets %s be reached by those that allow it', (target, types) => {
    const plan = (type: ProfileType): DeploymentPlan => planOf(type, { egress: [target] });
    expect(bound.filter((type) => outsideClass(plan(type)).length === 0)).toEqual(types);
    expect(open.filter((type) => outsideClass(plan(type)).length > 0)).toEqual([]);
  });

  it('holds nothing without a sandbox', () => {
    const refused = [...bound, ...open].filter((type) => outsideClass(planOf(type, {}, [], 'none')).length > 0);
    expect(refused).toEqual([...bound]);
  });

  it('corporate_firewall is one domain, multi_corporate_firewall several', () => {
    const egress = ['a.one.example:443', 'b.one.example:443', 'a.two.example:443'];
    expect(outsideClass(planOf('multi_corporate_firewall', { egress }))).toEqual([]);
    expect(outsideClass(planOf('corporate_firewall', { egress: ['a.one.example:443', 'b.one.example:443'] }))).toEqual(
      [],
    );
    expect(
      outsideClass(planOf('corporate_firewall', { egress: ['a.one.example:443', 'a.other.test:443'] })),
    ).toMatchObject([{ moniker: '/a', what: '`other.test`, which is another domain than `one.example`' }]);
  });

  const edges = [
    { id: '/a.up', from: { kind: 'component', component: '/i' }, to: { component: '/a' } },
    { id: '/a.up', from: { kind: 'external', slot: 'up' }, to: { component: '/i' } },
  ];
  it.each([
    ['http://127.0.0.1:80/x', 0],
    ['http://127.1:80', 0],
    ['http://[::1]', 0],
    ['https://models.example', 1],
    ['http://192.168.0.1', 1],
    ['tcp://10.0.0.1:5', 1],
    ['secret://v/k', 1],
  ])('a slot of the root that leads to %s, also through what sits on the edge', (url, refused) => {
    expect(outsideClass(planOf('airgapped_local_only', {}, edges), { up: url })).toHaveLength(refused);
    // Where it leads is not known yet.
    expect(outsideClass(planOf('airgapped_local_only', {}, edges))).toEqual([]);
  });

  it.each([
    ['127.255.0.1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::ffff:10.0.0.1', 'private'],
    ['172.15.0.1', 'public'],
    ['172.31.0.1', 'private'],
    ['169.254.169.254', 'public'],
    ['0.0.0.0', 'public'],
    ['1.2.3.256', 'name'],
    ['evil.localhost', 'name'],
  ])('%s is %s', (host, place) => {
    expect(placeOf(host)).toBe(place);
  });
});
