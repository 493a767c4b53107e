/** A project of Compose as it was written, and the files of its gate and of its way out, read back: what is joined to what. Throws a `SyntaxError` for what it does not know. */
import { isObject, type JsonObject, type JsonValue, own, setKey } from '../../../base/json.ts';
import { type Block, blockOf, numberOfAddress } from '../read/addresses.ts';
import { isSame, known, must, names } from '../read/fields.ts';
import { type Listener, readHaproxy } from '../read/haproxy.ts';
import { type Opening, readSquid } from '../read/squid.ts';
import { readYaml } from '../read/yaml.ts';
import { interpolate } from './interpolate.ts';

export interface Network {
  readonly name: string;
  readonly block: Block;
  /** No way leads out of it, and its bridge has no address of this machine. */
  readonly closed: boolean;
}

export interface Service {
  readonly name: string;
  readonly role: 'component' | 'gate' | 'egress';
  /** `/a` of a component, else the name. */
  readonly title: string;
  /** Address by network; null where Docker chooses one. */
  readonly addresses: ReadonlyMap<string, number | null>;
  readonly ports: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly volumes: readonly JsonObject[];
}

export interface Project {
  readonly networks: ReadonlyMap<string, Network>;
  readonly services: readonly Service[];
  readonly listeners: readonly Listener[];
  readonly openings: readonly Opening[];
}

const ofProject = names('version', 'x-headgate', 'services', 'networks', 'volumes', 'secrets');

export function readProject(files: ReadonlyMap<string, string>): Project {
  const networks = new Map<string, Network>();
  const services: Service[] = [];
  const project = readYaml(files.get('compose.yaml') ?? '', {
    networks: (name, one) => networks.set(name, readNetwork(name, isObject(one) ? one : {})),
    services: (name, one) => services.push(readService(name, isObject(one) ? one : {})),
  });
  known('compose.yaml', project, ofProject);
  const gate = services.find(({ role }) => role === 'gate');
  const egress = services.some(({ role }) => role === 'egress');
  return {
    networks,
    services,
    listeners: gate ? readHaproxy(files.get('gate/haproxy.cfg') ?? '', gate.environment) : [],
    openings: egress ? readSquid(files.get('egress/squid.conf') ?? '') : [],
  };
}

const entriesOf = (value: JsonValue | undefined): readonly (readonly [string, JsonObject])[] =>
  isObject(value) ? Object.entries(value).map(([name, one]) => [name, isObject(one) ? one : {}] as const) : [];
const textsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]).map((one) => interpolate(String(one))) : [];

const ofNetwork = names('driver', 'internal', 'driver_opts', 'enable_ipv6', 'ipam', 'labels');
const inhibited = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };

function readNetwork(name: string, one: JsonObject): Network {
  const where = `network ${name}`;
  known(where, one, ofNetwork);
  must(where, 'driver', one['driver'], 'bridge');
  must(where, 'enable_ipv6', one['enable_ipv6'], false);
  const ipam = isObject(one['ipam']) ? one['ipam'] : {};
  const [config, ...others] = Array.isArray(ipam['config']) ? (ipam['config'] as readonly JsonValue[]) : [];
  const block = isObject(config) ? blockOf(interpolate(String(config['subnet']))) : undefined;
  if (!block || others.length > 0) throw new SyntaxError(`${where}: it has not exactly one subnet`);
  const closed = one['internal'] === true && isSame(one['driver_opts'], inhibited);
  return { name, block, closed };
}

const both = [
  'image',
  'entrypoint',
  'environment',
  'labels',
  'networks',
  'healthcheck',
  'restart',
  'cap_drop',
  'security_opt',
  'volumes',
];
const keysOf: Readonly<Record<Service['role'], ReadonlySet<string>>> = {
  component: names(
    ...both,
    'working_dir',
    'dns',
    'depends_on',
    'mem_limit',
    'memswap_limit',
    'pids_limit',
    'ulimits',
    'secrets',
    'ports',
  ),
  gate: names(...both, 'ports', 'extra_hosts'),
  egress: names(...both, 'user'),
};

function readService(name: string, one: JsonObject): Service {
  const labels = isObject(one['labels']) ? one['labels'] : {};
  const label = own(labels, 'headgate.dev/role');
  const role = label === 'gate' || label === 'egress' ? label : 'component';
  const where = `service ${name}`;
  known(where, one, keysOf[role]);
  must(where, 'cap_drop', one['cap_drop'], nothingMore);
  must(where, 'security_opt', one['security_opt'], noPrivileges);
  if (role === 'component') must(where, 'dns', one['dns'], noNames);
  else must(where, 'entrypoint', one['entrypoint'], commands[role]);
  const moniker = own(labels, 'headgate.dev/moniker');
  return {
    name,
    role,
    title: role === 'component' && typeof moniker === 'string' ? interpolate(moniker) : name,
    addresses: new Map(entriesOf(one['networks']).map(([network, at]) => [network, addressIn(where, at)])),
    ports: textsOf(one['ports']),
    environment: environmentOf(one['environment']),
    entrypoint: textsOf(one['entrypoint']),
    volumes: volumesOf(where, one['volumes']),
  };
}

function environmentOf(value: JsonValue | undefined): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  if (isObject(value)) for (const key in value) setKey(environment, key, interpolate(String(value[key])));
  return environment;
}

const noNames = ['127.0.0.1'];
const nothingMore = ['ALL'];
const noPrivileges = ['no-new-privileges:true'];
const commands = {
  gate: ['haproxy', '-W', '-db', '-f', '/etc/headgate/haproxy.cfg'],
  egress: ['squid', '-N', '-f', '/etc/headgate/squid.conf'],
};

const ofAddress = names('ipv4_address');

function addressIn(where: string, at: JsonObject): number | null {
  known(where, at, ofAddress);
  if (at['ipv4_address'] === undefined) return null;
  const address = numberOfAddress(interpolate(String(at['ipv4_address'])));
  if (address === undefined) throw new SyntaxError(`${where}: ${JSON.stringify(at['ipv4_address'])} is no address`);
  return address;
}

const ofVolume = names('type', 'source', 'target', 'read_only');

/** Folders of this machine are mounted read-only, and only those that were written, or that programs start from. */
function volumesOf(where: string, value: JsonValue | undefined): readonly JsonObject[] {
  const all = Array.isArray(value) ? (value as readonly JsonValue[]).map((one) => (isObject(one) ? one : {})) : [];
  for (const one of all) {
    known(where, one, ofVolume);
    const source = String(one['source']);
    const own = /^\.\/(?:config|gate|egress)\/[^.]/.test(source) || /^\$\{HEADGATE_SOURCE:\?[^}]*\}/.test(source);
    if (
      one['type'] === 'bind'
        ? !own || one['read_only'] !== true || /\/\.\.(\/|$)/.test(source.replace(/^\$\{HEADGATE_SOURCE.*$/, ''))
        : one['type'] !== 'volume'
    )
      throw new SyntaxError(`${where}: it mounts ${JSON.stringify(source)}, which nobody knows`);
  }
  return all;
}
