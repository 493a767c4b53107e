/** Networks, volumes and secrets: what services are joined by. */
import { compareText } from '../../../../base/order.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import { storageIn } from '../../../../plan/wiring/storage.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { componentLabels, planLabel } from './labels.ts';
import type { Layout } from './layout.ts';
import { internetNetwork, outsideNetwork, volumeName } from './names.ts';
import { inCompose } from './subnets.ts';
import { escaped } from './values.ts';

/** Its bridge has no address, so this machine is not in it and can be reached from none. */
const closed = { internal: true, driver_opts: { 'com.docker.network.bridge.inhibit_ipv4': 'true' } };

export function networksOf(layout: Layout): YamlObject {
  const monikers = new Map([...layout.services].map(([moniker, service]) => [service, moniker]));
  const networks = [...layout.subnets]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, { cidr }]) => {
      const moniker = monikers.get(name);
      const open = moniker === undefined && (name === outsideNetwork || name === internetNetwork);
      return [
        name,
        {
          driver: 'bridge',
          ...(open ? {} : closed),
          enable_ipv6: false,
          ipam: { config: [{ subnet: inCompose(cidr) }] },
          labels: moniker === undefined ? planLabel(layout.plan) : componentLabels(moniker, layout.plan),
        },
      ] as const;
    });
  return Object.fromEntries(networks);
}

/**
 * They carry no label of the plan: Compose takes a volume whose labels changed for another one, and asks whether to throw away what is in it.
 */
export function volumesOf(components: readonly WiredComponent[], { plan }: Layout): YamlObject {
  const mounts = new Map(components.flatMap(({ storage }) => storage.map((one) => [one.id, one] as const)));
  const volumes = [...mounts]
    .sort(([a], [b]) => compareText(a, b))
    .map(([id, { ephemeral, bytes }]) => {
      const owner = /^(.*)\.resources\.[^.]*$/.exec(id)?.[1] ?? '/';
      const size = bytes === null ? '' : `,size=${bytes}`;
      const memory = { type: 'tmpfs', device: 'tmpfs', o: `mode=1777${size}` };
      const edges = storageIn(plan).get(id)?.edges ?? [];
      return [
        volumeName(id),
        {
          ...(ephemeral ? { driver: 'local', driver_opts: memory } : {}),
          labels: {
            'headgate.dev/moniker': escaped(owner),
            ...(edges.length === 0 ? {} : { 'headgate.dev/edge': escaped(edges.join(' ')) }),
          },
        },
      ] as const;
    });
  return Object.fromEntries(volumes);
}

export const secretsOf = (paths: readonly string[]): YamlObject =>
  Object.fromEntries([...new Set(paths)].sort(compareText).map((path) => [path, { file: `./secrets/${path}` }]));
