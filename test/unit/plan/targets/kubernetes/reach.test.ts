import { beforeAll, describe, expect, it } from 'vitest';
import { kubernetesReach } from '../../../../../src/plan/targets/kubernetes/check.ts';
import { type Any, withObjects as changed, POLICIES, sampleCluster } from '../../../../support/cluster.ts';
import type { Files } from '../../../../support/compose.ts';

let files: Files;
beforeAll(async () => {
  ({ files } = await sampleCluster());
});

const withObjects = (name: string, change: Parameters<typeof changed>[2]): Files => changed(files, name, change);

/** What an absence means. Each is a policy that somebody adds beside ours. */
describe('a policy', () => {
  const added = (spec: Any): readonly string[] =>
    kubernetesReach(
      withObjects(POLICIES, (objects) => [
        ...objects,
        { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'more' }, spec },
      ]),
    ).filter((fact) => !kubernetesReach(files).includes(fact));
  const x = { matchLabels: { 'headgate.dev/component': 'x' } };
  const a = { matchLabels: { 'headgate.dev/component': 'a' } };

  it.each<[string, Any, readonly string[]]>([
    ['without rules', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, []],
    [
      'with an empty rule of egress',
      { podSelector: a, policyTypes: ['Egress'], egress: [{}] },
      ['/a -> everything: *'],
    ],
    [
      'with an empty list of peers',
      { podSelector: a, policyTypes: ['Egress'], egress: [{ to: [], ports: [{ port: 80 }] }] },
      ['/a -> everything: 80'],
    ],
    [
      'with an empty rule of ingress',
      { podSelector: x, policyTypes: ['Ingress'], ingress: [{}] },
      ['everybody -> /x: *'],
    ],
    [
      'without types but rules of egress',
      { podSelector: a, egress: [{ to: [{ ipBlock: { cidr: '198.51.100.0/24' } }] }] },
      ['/a -> 198.51.100.0/24: *'],
    ],
    ['whose rules are not of its types', { podSelector: x, policyTypes: ['Egress'], ingress: [{}] }, []],
    [
      'that lets one side out alone',
      { podSelector: a, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: x }] }] },
      [],
    ],
    [
      'that lets one side in alone',
      { podSelector: x, policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: a }] }] },
      [],
    ],
    [
      'of all namespaces',
      { podSelector: x, policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: {} }] }] },
      ['all pods of namespaces with any labels -> /x: *'],
    ],
    [
      'of blocks',
      {
        podSelector: x,
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }],
      },
      ['10.0.0.0/8 without 10.1.0.0/16 -> /x: *'],
    ],
    [
      'that lets all ports out to whom one lets in',
      { podSelector: a, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] },
      [],
    ],
    [
      'of another protocol',
      {
        podSelector: a,
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: {} }], ports: [{ protocol: 'UDP', port: 8080 }] }],
      },
      [],
    ],
  ])('%s', (_, spec, facts) => expect(added(spec)).toEqual(facts));
});
