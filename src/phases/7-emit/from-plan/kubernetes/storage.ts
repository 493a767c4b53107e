/** Storage: a claim that survives, or a folder that is as old as its pod. */
import { compareText } from '../../../../base/order.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { componentLabel, meta } from './labels.ts';
import type { Layout } from './layout.ts';
import { claimName } from './names.ts';

/** Where the manifest says nothing. */
const usualBytes = 1024 ** 3;

export function claimsOf({ components, plan }: Layout): readonly YamlObject[] {
  const lasting = components.flatMap(({ storage }) => storage.filter(({ ephemeral }) => !ephemeral));
  const each = new Map(lasting.map((one) => [one.id, one] as const));
  return [...each]
    .sort(([a], [b]) => compareText(a, b))
    .map(([id, { bytes }]) => {
      const edges = plan.storage.find((one) => one.id === id)?.edges ?? [];
      return {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: meta(claimName(id), plan, {
          'headgate.dev/moniker': ownerOf(id),
          ...(edges.length === 0 ? {} : { 'headgate.dev/edge': edges.join(' ') }),
        }),
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: String(bytes ?? usualBytes) } },
        },
      };
    });
}

export const ownerOf = (id: string): string => /^(.*)\.resources\.[^.]*$/.exec(id)?.[1] || '/';

export interface Mounts {
  readonly volumes: readonly YamlObject[];
  readonly mounts: readonly YamlObject[];
}

export function storageMounts({ storage }: WiredComponent): Mounts {
  const ids = [...new Set(storage.map(({ id }) => id))];
  const nameOf = (id: string): string => `storage-${ids.indexOf(id)}`;
  return {
    volumes: ids.map((id) => {
      const { ephemeral, bytes } = storage.find((one) => one.id === id) as WiredComponent['storage'][number];
      const memory = bytes === null ? { emptyDir: {} } : { emptyDir: { sizeLimit: String(bytes) } };
      return { name: nameOf(id), ...(ephemeral ? memory : { persistentVolumeClaim: { claimName: claimName(id) } }) };
    }),
    mounts: storage.map(({ id, target }) => ({ name: nameOf(id), mountPath: target })),
  };
}

/** Components that mount the same claim: by id, their names. */
export function sharedStorage({ components, names }: Layout): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, Set<string>>();
  for (const { moniker, storage } of components)
    for (const { id, ephemeral } of storage)
      if (!ephemeral) users.set(id, (users.get(id) ?? new Set()).add(names.get(moniker) as string));
  return new Map([...users].flatMap(([id, all]) => (all.size > 1 ? [[id, [...all]] as const] : [])));
}

/** A claim can be mounted on one node at a time: who shares it has to be there too. */
export function affinityOf(
  { storage }: WiredComponent,
  shared: ReadonlyMap<string, readonly string[]>,
): YamlObject | undefined {
  const terms = [...new Set(storage.flatMap(({ id }) => (shared.has(id) ? [id] : [])))].map((id) => ({
    labelSelector: { matchExpressions: [{ key: componentLabel, operator: 'In', values: shared.get(id) ?? [] }] },
    topologyKey: 'kubernetes.io/hostname',
  }));
  return terms.length === 0 ? undefined : { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } };
}
