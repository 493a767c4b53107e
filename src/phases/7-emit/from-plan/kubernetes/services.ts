/** A Service for each edge and each export: it leads to one port of one component, whoever stands there. */
import type { YamlObject } from '../containers/yaml.ts';
import { meta, select } from './labels.ts';
import type { Layout, Way } from './layout.ts';
import { canaryName, egressName } from './names.ts';

export function* servicesOf(layout: Layout): Generator<YamlObject> {
  const { plan, ways, egress } = layout;
  const ports = [...egress.values()].map(({ port }) => port);
  for (const way of ways)
    yield {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(way.name, plan, { 'headgate.dev/way': way.key, ...annotationsOf(way) }),
      spec: { selector: select(way.provider), ports: [portOf(way.port)] },
    };
  if (ports.length > 0) yield own(egressName, ports, layout);
  if (layout.components.length > 0) yield own(canaryName, canaryPorts, layout);
}

/** What may be reached, and what may not. */
export const canaryPorts: readonly [number, number] = [8080, 8081];

const portOf = (port: number, name?: string): YamlObject => ({ name, port, targetPort: port, protocol: 'TCP' });

const own = (name: string, ports: readonly number[], { plan }: Layout): YamlObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(name, plan, { 'headgate.dev/role': name }),
  spec: {
    selector: select(name),
    ports: ports.map((port) => portOf(port, ports.length === 1 ? undefined : `p${port}`)),
  },
});

export const annotationsOf = ({ consumer, edge, policy }: Way): YamlObject => ({
  ...(consumer === null ? {} : { 'headgate.dev/moniker': consumer.moniker }),
  ...(edge === null ? {} : { 'headgate.dev/edge': edge }),
  ...(policy === null ? {} : { 'headgate.dev/policy': policy }),
});
