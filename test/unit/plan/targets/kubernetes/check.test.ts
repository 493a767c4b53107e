import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../../../../src/ir/plan-schema.ts';
import { checkKubernetes, kubernetesReach } from '../../../../../src/plan/targets/kubernetes/check.ts';
import { withObjects as changed, named, POLICIES, sampleCluster } from '../../../../support/cluster.ts';
import { type Files, withText } from '../../../../support/compose.ts';
import { readTree } from '../../../../support/golden.ts';

let plan: DeploymentPlan;
let files: Files;
beforeAll(async () => {
  ({ plan, files } = await sampleCluster());
});

const withObjects = (name: string, change: Parameters<typeof changed>[2]): Files => changed(files, name, change);

const dns = (of: string): readonly string[] =>
  ['53', 'UDP 53'].map(
    (port) => `${of} -> pods k8s-app=kube-dns of namespaces kubernetes.io/metadata.name=kube-system: ${port}`,
  );

describe('reach', () => {
  it('is what the plan says', () => {
    const pods = kubernetesReach(files).filter((fact) => !fact.includes('kube-dns'));
    expect(pods).toEqual([
      '/a -> /b:8080',
      '/a -> /c:8080',
      '/b -> /c:8080',
      '/b -> 192.0.2.7/32: 5432',
      '/b via egress -> public api.example.com:443',
      '/d via /d.bank#0 -> ${HEADGATE_SLOT_BANK}',
      'canary -> canary-server:8080',
      'egress -> 0.0.0.0/0 without 0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/3: *',
      'egress -> ::/0 without ::/127 fc00::/7 fe80::/10 ff00::/8: *',
      'outside -> 0.0.0.0/0: *',
      'outside -> ::/0: *',
    ]);
  });

  it('leads to the name server from whom looks names up, and from nobody else', () => {
    const asked = kubernetesReach(files).filter((fact) => fact.includes('kube-dns'));
    expect(asked).toEqual(['/a', '/b', '/d', 'canary', 'egress', 'outside'].flatMap(dns).sort());
  });

  it('differs from the plan nowhere', () => expect(checkKubernetes(files, plan)).toEqual([]));
  it('reads what another hand has written', () => {
    expect(
      checkKubernetes(
        withObjects(POLICIES, () => undefined),
        plan,
      ),
    ).toEqual([]);
    expect(
      checkKubernetes(
        withObjects('services.yaml', () => undefined),
        plan,
      ),
    ).toEqual([]);
    expect(
      checkKubernetes(
        withObjects('deployments.yaml', () => undefined),
        plan,
      ),
    ).toEqual([]);
  });
});

const more = { matchLabels: { 'headgate.dev/component': 'x' } };

/** Each is a way in which an emitter could be wrong. */
describe('turns red', () => {
  it.each<[string, () => Files]>([
    [
      'default-deny dropped',
      () => withObjects(POLICIES, (all) => all.filter((one) => one.metadata.name !== 'default-deny')),
    ],
    [
      'default-deny of one direction',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'default-deny').spec.policyTypes = ['Ingress'];
          return all;
        }),
    ],
    [
      'default-deny without types',
      () =>
        withObjects(POLICIES, (all) => {
          delete named(all, 'default-deny').spec.policyTypes;
          return all;
        }),
    ],
    [
      'default-deny of some',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'default-deny').spec.podSelector = more;
          return all;
        }),
    ],
    [
      'default-deny with a rule',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'default-deny').spec.egress = [{}];
          return all;
        }),
    ],
    [
      'an egress policy dropped',
      () => withObjects(POLICIES, (all) => all.filter((one) => one.metadata.name !== 'a-one-egress')),
    ],
    [
      'an ingress policy dropped',
      () => withObjects(POLICIES, (all) => all.filter((one) => one.metadata.name !== 'a-one-ingress')),
    ],
    [
      'both sides of another pair',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'a-one-egress').spec.egress[0].to.push({ podSelector: more });
          named(all, 'a-one-ingress').spec.podSelector = {};
          return all;
        }),
    ],
    [
      'a selector widened',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'a-one-egress').spec.podSelector = {};
          named(all, 'a-one-ingress').spec.ingress[0].from[0].podSelector = {};
          return all;
        }),
    ],
    [
      'a peer that is everybody',
      () =>
        withObjects(POLICIES, (all) => {
          delete named(all, 'a-one-ingress').spec.ingress[0].from;
          return all;
        }),
    ],
    [
      'a port added on both sides',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'a-one-egress').spec.egress[0].ports.push({ protocol: 'TCP', port: 9090 });
          named(all, 'a-one-ingress').spec.ingress[0].ports.push({ protocol: 'TCP', port: 9090 });
          return all;
        }),
    ],
    [
      'no ports',
      () =>
        withObjects(POLICIES, (all) => {
          delete named(all, 'a-one-egress').spec.egress[0].ports;
          delete named(all, 'a-one-ingress').spec.ingress[0].ports;
          return all;
        }),
    ],
    [
      'another port',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'b-db-ingress').spec.ingress[0].ports[0].port = 9090;
          return all;
        }),
    ],
    [
      'types dropped',
      () =>
        withObjects(POLICIES, (all) => {
          delete named(all, 'a-one-egress').spec.policyTypes;
          named(all, 'a-one-egress').spec.ingress = [{}];
          return all;
        }),
    ],
    [
      'a block added',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'a-one-egress').spec.egress[0].to.push({ ipBlock: { cidr: '0.0.0.0/0' } });
          return all;
        }),
    ],
    [
      'a block widened',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'b-addresses').spec.egress[0].to[0].ipBlock.cidr = '192.0.2.0/24';
          return all;
        }),
    ],
    [
      'an exception dropped',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'egress-internet').spec.egress[0].to[0].ipBlock.except.pop();
          return all;
        }),
    ],
    [
      'another namespace',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'a-one-ingress').spec.ingress[0].from[0].namespaceSelector = {};
          return all;
        }),
    ],
    [
      'the name server of any namespace',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'allow-dns').spec.egress[0].to[0].namespaceSelector = {};
          return all;
        }),
    ],
    [
      'the name server for everybody',
      () =>
        withObjects(POLICIES, (all) => {
          named(all, 'allow-dns').spec.podSelector = {};
          return all;
        }),
    ],
    [
      'the canary without its rule',
      () => withObjects(POLICIES, (all) => all.filter((one) => one.metadata.name !== 'canary-ingress')),
    ],
    [
      'the forbidden port of the canary',
      () =>
        withObjects(POLICIES, (all) => {
          for (const side of ['egress', 'ingress'])
            named(all, `canary-${side}`).spec[side][0].ports.push({ protocol: 'TCP', port: 8081 });
          return all;
        }),
    ],
    ['the canary left out', () => withObjects('jobs.yaml', () => [])],
    ['two policies of one name', () => withObjects(POLICIES, (all) => [...all, all[2]])],
    [
      'a label of another',
      () =>
        withObjects('deployments.yaml', (all) => {
          named(all, 'x').spec.template.metadata.labels['headgate.dev/component'] = 'a';
          return all;
        }),
    ],
    [
      'a Deployment that chooses others',
      () =>
        withObjects('deployments.yaml', (all) => {
          named(all, 'x').spec.selector.matchLabels = { 'app.kubernetes.io/managed-by': 'headgate' };
          return all;
        }),
    ],
    [
      'a component that does not run',
      () => withObjects('deployments.yaml', (all) => all.filter((one) => one.metadata.name !== 'x')),
    ],
    [
      'a component that runs twice',
      () => withObjects('deployments.yaml', (all) => [...all, { ...named(all, 'x'), metadata: { name: 'x2' } }]),
    ],
    [
      'the network of the node',
      () =>
        withObjects('deployments.yaml', (all) => {
          named(all, 'x').spec.template.spec.hostNetwork = true;
          return all;
        }),
    ],
    [
      'a port of the node',
      () =>
        withObjects('deployments.yaml', (all) => {
          named(all, 'x').spec.template.spec.containers[0].ports[0].hostPort = 80;
          return all;
        }),
    ],
    [
      'a folder of the node',
      () =>
        withObjects('deployments.yaml', (all) => {
          named(all, 'x').spec.template.spec.volumes.push({ name: 'h', hostPath: { path: '/' } });
          return all;
        }),
    ],
    [
      'a token',
      () =>
        withObjects('deployments.yaml', (all) => {
          named(all, 'x').spec.template.spec.automountServiceAccountToken = true;
          return all;
        }),
    ],
    [
      'root',
      () =>
        withObjects('deployments.yaml', (all) => {
          named(all, 'x').spec.template.spec.securityContext.runAsUser = 0;
          return all;
        }),
    ],
    [
      'a capability',
      () =>
        withObjects('deployments.yaml', (all) => {
          named(all, 'x').spec.template.spec.containers[0].securityContext.capabilities.add = ['NET_ADMIN'];
          return all;
        }),
    ],
    [
      'a container more',
      () =>
        withObjects('deployments.yaml', (all) => {
          named(all, 'x').spec.template.spec.containers.push(named(all, 'a').spec.template.spec.containers[0]);
          return all;
        }),
    ],
    [
      'another address in a text',
      () => withText(files, 'deployments.yaml', (text) => text.replace('"http://a-one:8080"', '"http://a-two:8080"')),
    ],
    [
      'another claim',
      () => withText(files, 'deployments.yaml', (text) => text.replace('mountPath: "/disk"', 'mountPath: "/other"')),
    ],
    [
      'a Service that leads elsewhere',
      () =>
        withObjects('services.yaml', (all) => {
          named(all, 'a-one').spec.selector['headgate.dev/component'] = 'c';
          return all;
        }),
    ],
    [
      'a Service that leads to all',
      () =>
        withObjects('services.yaml', (all) => {
          named(all, 'a-one').spec.selector = {};
          return all;
        }),
    ],
    [
      'a Service to another port',
      () =>
        withObjects('services.yaml', (all) => {
          named(all, 'a-one').spec.ports[0].targetPort = 9090;
          return all;
        }),
    ],
    [
      'a Service with a port more',
      () =>
        withObjects('services.yaml', (all) => {
          named(all, 'a-one').spec.ports.push({ name: 'x', port: 9090, targetPort: 9090, protocol: 'TCP' });
          return all;
        }),
    ],
    [
      'a Service of every node',
      () =>
        withObjects('services.yaml', (all) => {
          named(all, 'a-one').spec.type = 'NodePort';
          return all;
        }),
    ],
    [
      'a Service dropped',
      () => withObjects('services.yaml', (all) => all.filter((one) => one.metadata.name !== 'export-site')),
    ],
    [
      'a Service of nobody',
      () => withObjects('services.yaml', (all) => [...all, { ...named(all, 'a-one'), metadata: { name: 'more' } }]),
    ],
    [
      'a listener that leads elsewhere',
      () => withText(files, 'configmaps.yaml', (text) => text.replace('${HEADGATE_SLOT_BANK}', 'api:8080')),
    ],
    [
      'another port of the way out',
      () => withText(files, 'configmaps.yaml', (text) => text.replace('http_port 20000', 'http_port 20001')),
    ],
    [
      'another list of the way out',
      () => withText(files, 'configmaps.yaml', (text) => text.replace('api.example.com', 'example.com')),
    ],
    [
      'a file that nobody applies',
      () => withText(files, 'kustomization.yaml', (text) => text.replace('  - "networkpolicies.yaml"\n', '')),
    ],
    ['a patch', () => withText(files, 'kustomization.yaml', (text) => `${text}patches:\n  - path: "x.yaml"\n`)],
    [
      'an object of another kind',
      () =>
        withObjects('services.yaml', (all) => [
          ...all,
          { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'i' }, spec: {} },
        ]),
    ],
    ['what is no YAML of ours', () => withText(files, POLICIES, (text) => `${text}more: &anchor x\n`)],
  ])('%s', (name, broken) => {
    const other = broken();
    expect([...other.values()].join(), 'something was changed').not.toBe([...files.values()].join());
    const faults = checkKubernetes(other, plan);
    expect(faults).not.toEqual([]);
    if (name !== 'what is no YAML of ours') expect(faults.join('\n')).not.toMatch(/form that is written/);
  });
});

describe('goldens', () => {
  const cases = readdirSync('golden/emit').filter((name) =>
    readdirSync(`golden/emit/${name}/expected`).includes('kubernetes'),
  );
  it.each(cases)('%s', (name) => {
    const folder = `golden/emit/${name}/expected`;
    const golden = JSON.parse(readFileSync(`${folder}/plan.json`, 'utf8')) as DeploymentPlan;
    expect(checkKubernetes(readTree(`${folder}/kubernetes`), golden)).toEqual([]);
  });
  it('are there', () => expect(cases.length).toBeGreaterThan(5));
});
