/** Objects as they were written, read back: who runs, who leads where, and what the rules are. Throws a `SyntaxError` for what it does not know. */
import type { JsonObject, JsonValue } from '../../../base/json.ts';
import { known, listOf, must, names, objectOf, textOf, textsOf } from '../read/fields.ts';
import { type Listener, readHaproxy } from '../read/haproxy.ts';
import { type Opening, readSquid } from '../read/squid.ts';
import { documentsIn, readYaml } from '../read/yaml.ts';
import { type Pods, readPods } from './read-pods.ts';
import { type Policy, readPolicy } from './read-policies.ts';

export interface Service {
  readonly name: string;
  /** Of the edge or export that it belongs to; empty for others. */
  readonly way: string;
  readonly role: string;
  readonly chosen: JsonObject;
  readonly ports: readonly { readonly port: number; readonly target: number }[];
}

export interface Cluster {
  readonly pods: readonly Pods[];
  readonly services: readonly Service[];
  readonly policies: readonly Policy[];
  /** Of the door to what is behind the slots of the root. */
  readonly listeners: readonly Listener[];
  /** Of the way out. */
  readonly openings: readonly Opening[];
}

const ofObject = names('apiVersion', 'kind', 'metadata', 'spec', 'data', 'automountServiceAccountToken');
const ofMeta = names('name', 'labels', 'annotations');
const versions: Readonly<Record<string, string>> = {
  NetworkPolicy: 'networking.k8s.io/v1',
  ServiceAccount: 'v1',
  ConfigMap: 'v1',
  PersistentVolumeClaim: 'v1',
  Service: 'v1',
  Deployment: 'apps/v1',
  PodDisruptionBudget: 'policy/v1',
  Job: 'batch/v1',
};

export function readCluster(files: ReadonlyMap<string, string>): Cluster {
  const pods: Pods[] = [];
  const services: Service[] = [];
  const policies: Policy[] = [];
  const maps = new Map<string, JsonObject>();
  const seen = new Set<string>();
  for (const file of resourcesOf(files))
    for (const object of documentsIn(files.get(file) ?? '')) {
      const kind = textOf(object['kind']);
      const meta = objectOf(object['metadata']);
      const name = textOf(meta['name']);
      const where = `${kind} ${name}`;
      known(where, object, ofObject);
      known(where, meta, ofMeta);
      must(where, 'apiVersion', object['apiVersion'], versions[kind] ?? 'no version');
      if (seen.size === seen.add(where).size) throw new SyntaxError(`${where}: it stands there twice`);
      if (kind === 'NetworkPolicy') policies.push(readPolicy(name, objectOf(object['spec'])));
      else if (kind === 'Service') services.push(readService(name, object));
      else if (kind === 'Deployment' || kind === 'Job') pods.push(readPods(kind, name, object));
      else if (kind === 'ServiceAccount')
        must(where, 'automountServiceAccountToken', object['automountServiceAccountToken'], false);
      else if (kind === 'ConfigMap') maps.set(name, objectOf(object['data']));
    }
  const configOf = (role: string, command: readonly string[], file: string): string | undefined => {
    const one = pods.find((pod) => pod.role === role);
    if (!one) return undefined;
    must(one.name, 'command', one.command, command);
    const at = one.mounts.find(({ target }) => target === '/etc/headgate');
    return textOf(maps.get(textOf(objectOf(at?.volume['configMap'])['name']))?.[file]);
  };
  const haproxy = configOf('outside', ['haproxy', '-W', '-db', '-f', '/etc/headgate/haproxy.cfg'], 'haproxy.cfg');
  const squid = configOf('egress', ['squid', '-N', '-f', '/etc/headgate/squid.conf'], 'squid.conf');
  return {
    pods,
    services,
    policies,
    listeners: haproxy === undefined ? [] : readHaproxy(haproxy, {}),
    openings: squid === undefined ? [] : readSquid(squid),
  };
}

const ofKustomization = names(
  'apiVersion',
  'kind',
  'resources',
  'generatorOptions',
  'configMapGenerator',
  'secretGenerator',
);

/** What nobody names is not applied, and what is not there cannot be. */
function resourcesOf(files: ReadonlyMap<string, string>): readonly string[] {
  const kustomization = readYaml(files.get('kustomization.yaml') ?? '');
  known('kustomization.yaml', kustomization, ofKustomization);
  const named = textsOf(kustomization['resources']);
  const there = [...files.keys()].filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
  must('kustomization.yaml', 'resources', [...named].sort() as JsonValue, there.sort() as JsonValue);
  return named;
}

const ofService = names('selector', 'ports');
const ofServicePort = names('name', 'port', 'targetPort', 'protocol');

function readService(name: string, object: JsonObject): Service {
  const where = `Service ${name}`;
  const spec = objectOf(object['spec']);
  known(where, spec, ofService);
  const annotations = objectOf(objectOf(object['metadata'])['annotations']);
  return {
    name,
    way: textOf(annotations['headgate.dev/way']),
    role: textOf(annotations['headgate.dev/role']),
    chosen: objectOf(spec['selector']),
    ports: listOf(spec['ports']).map((port) => {
      known(where, port, ofServicePort);
      must(where, 'protocol', port['protocol'], 'TCP');
      return { port: Number(port['port']), target: Number(port['targetPort'] ?? port['port']) };
    }),
  };
}
