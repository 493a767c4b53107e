/** Who reaches whom in a namespace, tried from inside every pod at every address that there is. */
import type { Cluster } from './cluster.ts';
import { addressesOf, listed, type Pod, runningPods, type Service } from './objects.ts';
import { reachedFrom, type Target } from './probe.ts';

export interface Place {
  readonly name: string;
  readonly pod: string;
  readonly container: string;
  readonly addresses: readonly string[];
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
      : [{ name: called, pod: pod.metadata.name, container, addresses: addressesOf(pod) }];
  });

/** What is the node's own, in both families: its address, that of the bridge of pods, and what listens there. */
const nodes = ['10.123.0.2', 'fd00:10:123::2', '10.124.0.1', 'fd00:10:124::1', '10.125.0.1', 'fd00:10:125::1'];
const nodePorts = [443, 2379, 6443, 10_250, 10_256];
const elsewhere = ['169.254.169.254', '1.1.1.1', '10.123.0.1'];

/**
 * Lines `from -> to:port`, sorted; a Service counts as the pods behind it. Each pod is tried on all of `ports`, by each of its addresses; what
 * differs by address says so.
 */
export function tried(
  cluster: Cluster,
  namespace: string,
  places: readonly Place[],
  ports: readonly number[],
): readonly string[] {
  const services = listed<Service>(cluster, namespace, 'services');
  const names = new Map<string, string>();
  const targets: Target[] = [];
  const add = (address: string, port: number, name: string): void => {
    names.set(`${address} ${port}`, name);
    targets.push({ address, port });
  };
  for (const { name, addresses } of places)
    for (const address of addresses) for (const port of ports) add(address, port, `${name}:${port}`);
  for (const { metadata, spec } of services)
    for (const address of spec.clusterIPs.filter((one) => one !== 'None'))
      for (const { port } of spec.ports) add(address, port, `service ${metadata.name}`);
  for (const address of nodes) for (const port of [...nodePorts, ...ports]) add(address, port, `node ${port}`);
  for (const address of elsewhere) for (const port of [53, 80, 443]) add(address, port, `${address}:${port}`);
  const found = places.flatMap((place) => {
    const others = targets.filter(({ address }) => !place.addresses.includes(address));
    return reachedFrom(cluster, { namespace, ...place }, others).map(
      ({ address, port }) => `${place.name} -> ${names.get(`${address} ${port}`)}`,
    );
  });
  return [...new Set(found)].sort();
}
