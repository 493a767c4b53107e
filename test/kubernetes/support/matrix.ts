/** Who reaches whom in a namespace, tried from inside every pod at every address that there is. */
import type { Cluster } from './cluster.ts';
import { addressesOf, listed, type Pod, runningPods, type Service } from './objects.ts';
import { reachedFrom, type Target } from './probe.ts';

export interface Place {
  readonly name: string;
  readonly pod: string;
  readonly container: string;
  readonly addresses: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** `name` says which pods are tried, and what they are called. */
export const placesOf = (
  cluster: Cluster,
  namespace: string,
  name: (pod: Pod) => string | undefined,
): readonly Place[] =>
  runningPods(cluster, namespace).flatMap((pod) => {
    const called = name(pod);
    const container = pod.spec.containers[0]?.name ?? '';
    return called === undefined
      ? []
      : [{ name: called, pod: pod.metadata.name, container, addresses: addressesOf(pod), labels: pod.metadata.labels }];
  });

/** What is the node's own, in both families: its address, that of the bridge of pods, the API as a Service, and what listens there. */
const nodes = ['10.123.0.2', 'fd00:10:123::2', '10.124.0.1', 'fd00:10:124::1', '10.125.0.1', 'fd00:10:125::1'];
const nodePorts = [443, 2379, 6443, 10_250, 10_256];
const elsewhere = ['169.254.169.254', '1.1.1.1', '10.123.0.1'];

/**
 * Lines `from -> to:port`, sorted, without what a pod does with itself. Every pod is tried on all of `ports` by each of its addresses, and by every
 * Service in front of it: a line stands for any of them. `names` is the name server of the cluster.
 */
export function tried(
  cluster: Cluster,
  namespace: string,
  places: readonly Place[],
  ports: readonly number[],
): readonly string[] {
  const names = new Map<string, string>();
  const add = (address: string, port: number, name: string): void => void names.set(`${address} ${port}`, name);
  for (const { name, addresses } of places)
    for (const address of addresses) for (const port of ports) add(address, port, `${name}:${port}`);
  const system = placesOf(cluster, 'kube-system', () => 'names');
  for (const { addresses } of system)
    for (const address of addresses) for (const port of [53, 8080, 8181, 9153]) add(address, port, `names:${port}`);
  add('10.125.0.10', 53, 'names:53');
  for (const { spec } of listed<Service>(cluster, namespace, 'services')) {
    const behind = places.find(({ labels }) =>
      Object.entries(spec.selector).every(([key, value]) => labels[key] === value),
    );
    for (const address of spec.clusterIPs.filter((one) => one !== 'None'))
      for (const { port, targetPort } of spec.ports) add(address, port, `${behind?.name ?? '?'}:${targetPort}`);
  }
  for (const address of nodes) for (const port of [...nodePorts, ...ports]) add(address, port, `node:${port}`);
  for (const address of elsewhere) for (const port of [53, 80, 443]) add(address, port, `${address}:${port}`);
  const targets: readonly Target[] = [...names.keys()].map((key) => {
    const [address = '', port = ''] = key.split(' ');
    return { address, port: Number(port) };
  });
  const found = places.flatMap((place) =>
    reachedFrom(cluster, { namespace, ...place }, targets)
      .map(({ address, port }) => names.get(`${address} ${port}`) ?? '')
      .filter((to) => !to.startsWith(`${place.name}:`))
      .map((to) => `${place.name} -> ${to}`),
  );
  return [...new Set(found)].sort();
}
