/**
 * Who may talk to whom: nobody to anybody, and then two rules for each edge, one on each side, for one port. Addresses that were granted are let
 * out directly, names by the way out. A node, and so `kubectl port-forward`, reaches its own pods whatever is said here.
 */

import { type Grant, grantOf } from '../containers/grants.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { dnsLabel, meta, select } from './labels.ts';
import type { Layout } from './layout.ts';
import { canaryClient, canaryName, egressName, outsideName } from './names.ts';
import { annotationsOf, canaryPorts } from './services.ts';

export function* policiesOf(layout: Layout): Generator<YamlObject> {
  const { plan, ways, egress, direct, names, components } = layout;
  const policy = (name: string, annotations: YamlObject, spec: YamlObject): YamlObject => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: meta(name, plan, annotations),
    spec,
  });
  /** `beyond` are ports that only the consumer is let out to. */
  const pair = (
    name: string,
    annotations: YamlObject,
    from: string,
    to: string,
    port: number,
    ...beyond: readonly number[]
  ) => [
    policy(`${name}-egress`, annotations, {
      podSelector: { matchLabels: select(from) },
      policyTypes: ['Egress'],
      egress: [{ to: [podsOf(to)], ports: [port, ...beyond].map(tcp) }],
    }),
    policy(`${name}-ingress`, annotations, {
      podSelector: { matchLabels: select(to) },
      policyTypes: ['Ingress'],
      ingress: [{ from: [podsOf(from)], ports: [tcp(port)] }],
    }),
  ];
  const all = policy('default-deny', {}, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  yield all;
  if (components.length === 0) return;
  yield policy('allow-dns', {}, dns);
  for (const way of ways)
    if (way.consumer !== null) yield* pair(way.name, annotationsOf(way), way.consumer.name, way.provider, way.port);
  for (const [moniker, { port }] of egress) {
    const name = names.get(moniker) as string;
    yield* pair(`${name}-way-out`, { 'headgate.dev/moniker': moniker }, name, egressName, port);
  }
  for (const [moniker, grants] of direct) {
    const name = names.get(moniker) as string;
    yield policy(
      `${name}-addresses`,
      { 'headgate.dev/moniker': moniker },
      {
        podSelector: { matchLabels: select(name) },
        policyTypes: ['Egress'],
        egress: grants.map(addressRule),
      },
    );
  }
  if (egress.size > 0) yield policy('egress-internet', { 'headgate.dev/role': egressName }, internet);
  if (ways.some(({ external }) => external !== null))
    yield policy('outside-anywhere', { 'headgate.dev/role': outsideName }, anywhere);
  const [allowed, refused] = canaryPorts;
  // Whether the provider is kept shut is seen where the consumer is let out.
  yield* pair(canaryName, { 'headgate.dev/role': canaryName }, canaryClient, canaryName, allowed, refused);
}

const podsOf = (name: string): YamlObject => ({ podSelector: { matchLabels: select(name) } });
const tcp = (port: number): YamlObject => ({ protocol: 'TCP', port });

/** The name server of the cluster, by the labels that every distribution gives it, and nothing else in its namespace. */
const dns: YamlObject = {
  podSelector: { matchLabels: dnsLabel },
  policyTypes: ['Egress'],
  egress: [
    {
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        },
      ],
      ports: [
        { protocol: 'UDP', port: 53 },
        { protocol: 'TCP', port: 53 },
      ],
    },
  ],
};

/** Everything that a name must not lead to, in two families. */
const inside = {
  v4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '224.0.0.0/3',
  ],
  v6: ['::/127', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
};

/** Of the way out, which looks names up and lets through what was granted. */
const internet: YamlObject = {
  podSelector: { matchLabels: select(egressName) },
  policyTypes: ['Egress'],
  egress: [
    {
      to: [{ ipBlock: { cidr: '0.0.0.0/0', except: inside.v4 } }, { ipBlock: { cidr: '::/0', except: inside.v6 } }],
      ports: [{ protocol: 'TCP' }],
    },
  ],
};

/** Of the door to what stands behind the slots of the root: where that is is not known before the deployment. */
const anywhere: YamlObject = {
  podSelector: { matchLabels: select(outsideName) },
  policyTypes: ['Egress'],
  egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }], ports: [{ protocol: 'TCP' }] }],
};

function addressRule(grant: string): YamlObject {
  const { host, port } = grantOf(grant) as Grant;
  const cidr = `${host.text}/${host.text.includes(':') ? 128 : 32}`;
  return {
    to: [{ ipBlock: { cidr } }],
    ports: [port === '*' ? { protocol: 'TCP' } : tcp(Number(port))],
  };
}
