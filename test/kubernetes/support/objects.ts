/** What is in the cluster, of what these tests look at. */
import type { Cluster } from './cluster.ts';

export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
  readonly status: {
    readonly phase: string;
    readonly podIPs?: readonly { readonly ip: string }[];
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export interface Service {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly clusterIPs: readonly string[];
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number; readonly targetPort: number | string }[];
  };
}

export const listed = <T>({ kubectl }: Cluster, namespace: string, kind: string, selector = ''): readonly T[] =>
  (JSON.parse(kubectl(['get', kind, '-n', namespace, '-l', selector, '-o', 'json'])) as { items: readonly T[] }).items;

/** Pods that are there to stay and run. */
export const runningPods = (cluster: Cluster, namespace: string): readonly Pod[] =>
  listed<Pod>(cluster, namespace, 'pods').filter(
    ({ metadata, status }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined,
  );

export const addressesOf = ({ status }: Pod): readonly string[] => (status.podIPs ?? []).map(({ ip }) => ip);
