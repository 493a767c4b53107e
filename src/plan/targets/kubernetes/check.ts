/**
 * Whether what was written for Kubernetes lets everybody reach what the plan says, and nothing else. It reads the files as a cluster, HAProxy and
 * Squid do, and knows nothing of who wrote them. Every difference is a fault.
 */
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { difference } from '../difference.ts';
import { type ExpectedEdge, expectedEdges, expectedEgress } from '../expected.ts';
import { type Mount, mountsDiffer } from '../mounts.ts';
import { wrongUrls } from '../urls.ts';
import { type Cluster, readCluster } from './model.ts';
import { proofFaults } from './proof.ts';
import { chooser, type Reachable, reachIn } from './reach.ts';
import type { Pods } from './read-pods.ts';

/** Files by path below the folder of the output. Empty where both say the same. */
export function checkKubernetes(files: ReadonlyMap<string, string>, plan: DeploymentPlan): readonly string[] {
  try {
    return compared(readCluster(files), plan);
  } catch (error) {
    if (error instanceof SyntaxError) return [error.message];
    throw error;
  }
}

/** Who reaches whom, as it can be tried from every place of what runs. */
export function kubernetesReach(files: ReadonlyMap<string, string>): readonly string[] {
  const cluster = readCluster(files);
  return [...said(reachIn(cluster), cluster)].sort();
}

function compared(cluster: Cluster, plan: DeploymentPlan): readonly string[] {
  const edges = expectedEdges(plan);
  const reachable = reachIn(cluster);
  const found = said(reachable, cluster);
  const wanted = wantedFacts(edges, plan);
  const started = cluster.pods.map(({ title, environment, command }) => ({ title, environment, entrypoint: command }));
  const services = servicesOf(cluster);
  const own = ownAddresses(edges);
  return [
    ...programsDiffer(cluster, plan),
    ...[...difference(found, wanted)].sort().map((fact) => `it lets through what the plan does not say: ${fact}`),
    ...difference(wanted, found).map((fact) => `the plan says what it does not let through: ${fact}`),
    ...services.faults,
    ...waysDiffer(edges, services.byWay),
    ...mountsDiffer(mountsOf(cluster), plan),
    ...wrongUrls(started, plan, edges, ({ key }) => services.byWay.get(key)?.address ?? own.get(key)),
    ...proofFaults(reachable, plan),
  ];
}

/** Each once. What a door does with a connection is said in its place. */
function said({ between, beyond }: Reachable, { listeners, openings }: Cluster): readonly string[] {
  const facts = new Set(beyond);
  for (const { from, to, port } of between) {
    if (to.role === 'outside') {
      const heard = listeners.filter(({ binds }) => binds.some((bind) => bind === `:${port}`));
      for (const { key, servers } of heard)
        for (const server of servers) facts.add(`${from.title} via ${key} -> ${server}`);
      if (heard.length === 0) facts.add(`${from.title} -> outside:${port}`);
    } else if (to.role === 'egress') {
      const opened = openings.filter((one) => String(one.port) === port).flatMap(({ targets }) => targets);
      for (const { target, publicOnly } of opened)
        facts.add(`${from.title} via egress -> ${publicOnly ? 'public ' : ''}${target}`);
      if (opened.length === 0) facts.add(`${from.title} -> egress:${port}`);
    } else facts.add(`${from.title} -> ${to.title}:${port}`);
  }
  return [...facts];
}

const nameServer = 'pods k8s-app=kube-dns of namespaces kubernetes.io/metadata.name=kube-system';
const lookUp = (title: string): readonly string[] =>
  ['UDP 53', '53'].map((port) => `${title} -> ${nameServer}: ${port}`);
const publicly =
  '0.0.0.0/0 without 0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/3';
const publicly6 = '::/0 without ::/127 fc00::/7 fe80::/10 ff00::/8';

/** A variable for each root slot: which one it is does not matter here, only that two slots have two. */
const variableOf = (slot: string): string =>
  `HEADGATE_SLOT_${[...slot].map((one) => (/[a-z0-9]/.test(one) ? one.toUpperCase() : one === '_' ? one : `_x${(one.codePointAt(0) as number).toString(16)}_`)).join('')}`;

function wantedFacts(edges: readonly ExpectedEdge[], plan: DeploymentPlan): readonly string[] {
  const facts = new Set<string>();
  const asking = new Set<string>();
  const away = edges.filter((edge) => edge.consumer !== null && !isSelf(edge));
  for (const { shown, consumer, to } of away) {
    asking.add(consumer as string);
    facts.add(
      'text' in to ? `${consumer} -> ${to.text}` : `${consumer} via ${shown} -> \${${variableOf(to.external)}}`,
    );
  }
  if (away.some(({ to }) => 'external' in to)) {
    asking.add('outside');
    for (const block of ['0.0.0.0/0', '::/0']) facts.add(`outside -> ${block}: *`);
  }
  let names = false;
  for (const [moniker, grants] of expectedEgress(plan))
    for (const grant of grants) {
      const [, host = '', port = ''] = /^(.*):([^:]*)$/.exec(grant) ?? [];
      if (/^\[.*\]$|^\d+(?:\.\d+){3}$/.test(host)) {
        const address = host.replace(/^\[|\]$/g, '');
        facts.add(`${moniker} -> ${address}/${address.includes(':') ? 128 : 32}: ${port}`);
      } else {
        names = true;
        asking.add(moniker);
        facts.add(`${moniker} via egress -> public ${grant}`);
      }
    }
  if (names) {
    asking.add('egress');
    for (const block of [publicly, publicly6]) facts.add(`egress -> ${block}: *`);
  }
  if (plan.components.some(({ program }) => program)) {
    asking.add('canary');
    facts.add('canary -> canary-server:8080');
  }
  return [...facts, ...[...asking].flatMap(lookUp)];
}

/** A pod reaches itself without anybody's leave. */
const isSelf = ({ consumer, to }: ExpectedEdge): boolean =>
  consumer !== null && 'text' in to && to.text.slice(0, to.text.lastIndexOf(':')) === consumer;

/** Every program has pods, and all pods are a program's, or one of ours; none could be taken for another's. */
function programsDiffer({ pods }: Cluster, plan: DeploymentPlan): readonly string[] {
  const running = plan.components.flatMap(({ moniker, program }) => (program ? [moniker] : []));
  const titles = pods.flatMap(({ role, title }) => (role === 'component' ? [title] : []));
  const ours = pods.flatMap(({ role }) => (role === 'component' ? [] : [role]));
  const label = 'headgate.dev/component';
  const labels = new Map<string, string>();
  const alike = pods.flatMap(({ title, labels: own, chosen }): readonly string[] => {
    const value = String(own[label]);
    const other = labels.get(value);
    labels.set(value, title);
    return [
      ...(other === undefined ? [] : [`${title} has the label of ${other}`]),
      ...(chosen === null || (Object.keys(chosen).length === 1 && chosen[label] === value)
        ? []
        : [`the Deployment of ${title} chooses other pods than its own`]),
    ];
  });
  return [
    ...difference(running, titles).map((moniker) => `${moniker} does not run`),
    ...difference(titles, running).map((title) => `${title} runs, and is no component`),
    ...difference(ours, ['canary', 'canary-server', 'egress', 'outside']).map(
      (role) => `${role} runs, and nobody knows it`,
    ),
    ...alike,
  ];
}

interface Ways {
  /** `host:port`, and where it leads. */
  readonly byWay: ReadonlyMap<string, { readonly address: string; readonly to: string }>;
  readonly faults: readonly string[];
}

function servicesOf({ services, pods, listeners }: Cluster): Ways {
  const choose = chooser(pods);
  const byWay = new Map<string, { address: string; to: string }>();
  const faults: string[] = [];
  for (const { name, way, role, chosen, ports } of services) {
    const to = choose(Object.entries(chosen).map(([label, value]) => [label, String(value)] as const));
    const [only, ...others] = ports;
    if (way === '') {
      if (
        to.length !== 1 ||
        !['egress', 'canary-server'].includes(to[0]?.role ?? '') ||
        role !== name ||
        ports.some(({ port, target }) => port !== target)
      )
        faults.push(`Service ${name} belongs to no edge`);
      continue;
    }
    if (!only || others.length > 0) faults.push(`Service ${name} has ${ports.length} ports`);
    else if (byWay.has(way)) faults.push(`${way} has two Services`);
    else if (Object.keys(chosen).length === 0 || to.length !== 1)
      faults.push(`Service ${name} leads to ${to.length} programs`);
    else byWay.set(way, { address: `${name}:${only.port}`, to: endOf(to[0] as Pods, only.target, listeners) });
  }
  return { byWay, faults };
}

function endOf({ role, title }: Pods, port: number, listeners: Cluster['listeners']): string {
  if (role !== 'outside') return `${title}:${port}`;
  const heard = listeners.find(({ binds }) => binds[0] === `:${port}` && binds.length === 1);
  return heard ? `outside, as ${heard.key}` : `outside:${port}`;
}

function waysDiffer(edges: readonly ExpectedEdge[], byWay: Ways['byWay']): readonly string[] {
  const needed = edges.filter((edge) => !isSelf(edge));
  const found = [...byWay].map(([way, { to }]) => `${way} -> ${to}`);
  const wanted = needed.map(({ key, shown, to }) => `${key} -> ${'text' in to ? to.text : `outside, as ${shown}`}`);
  return [
    ...difference(found, wanted).map((fact) => `a Service leads where the plan does not say: ${fact}`),
    ...difference(wanted, found).map((fact) => `no Service leads where the plan says: ${fact}`),
  ];
}

/** Of edges that lead from a program to itself. */
const ownAddresses = (edges: readonly ExpectedEdge[]): ReadonlyMap<string, string> =>
  new Map(
    edges.flatMap((edge) =>
      'text' in edge.to && isSelf(edge)
        ? [[edge.key, `127.0.0.1:${edge.to.text.slice(edge.to.text.lastIndexOf(':') + 1)}`] as const]
        : [],
    ),
  );

/** Folders of a pod alone count where the plan says that something is mounted there. */
const mountsOf = ({ pods }: Cluster): readonly Mount[] =>
  pods.flatMap(({ title, role, mounts }) =>
    role !== 'component'
      ? []
      : mounts.flatMap(({ target, volume }): readonly Mount[] => {
          const claim = volume['persistentVolumeClaim'];
          if (claim !== undefined) return [{ title, target, volume: JSON.stringify(claim) }];
          return volume['emptyDir'] !== undefined && volume['name'] !== 'tmp' ? [{ title, target, volume: null }] : [];
        }),
  );
