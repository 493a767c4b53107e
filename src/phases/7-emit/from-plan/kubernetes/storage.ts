/** Storage: a claim that survives, or a folder that is as old as its pod. */
import { compareText } from '../../../../base/order.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import { storageIn } from '../../../../plan/wiring/storage.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { meta } from './labels.ts';
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
      const edges = storageIn(plan).get(id)?.edges ?? [];
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
