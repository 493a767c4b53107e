/** Rules of the network as Kubernetes reads them: what is left out says something, and not always the same. */
import type { JsonObject, JsonValue } from '../../../base/json.ts';
import { known, listOf, names, objectOf, textOf, textsOf } from '../read/fields.ts';

/** Labels that have to be there, all of them; none chooses everything. */
export type Labels = readonly (readonly [string, string])[];

export type Peer =
  | { readonly kind: 'pods'; readonly labels: Labels }
  /** Pods of other namespaces, and of this one where its labels fit too: which those are is not known here. */
  | { readonly kind: 'elsewhere'; readonly text: string }
  | { readonly kind: 'block'; readonly text: string };

export interface Rule {
  /** Null for everybody. */
  readonly peers: readonly Peer[] | null;
  /** Such as `8080` and `UDP 53`; null for all. */
  readonly ports: readonly string[] | null;
}

export interface Policy {
  readonly name: string;
  readonly chosen: Labels;
  /** Null where the policy says nothing of that direction. */
  readonly ingress: readonly Rule[] | null;
  readonly egress: readonly Rule[] | null;
}

const ofSpec = names('podSelector', 'policyTypes', 'ingress', 'egress');
const ofSelector = names('matchLabels');
const ofPeer = names('podSelector', 'namespaceSelector', 'ipBlock');
const ofBlock = names('cidr', 'except');
const ofPort = names('protocol', 'port');
const ofIngress = names('from', 'ports');
const ofEgress = names('to', 'ports');

export function readPolicy(name: string, spec: JsonObject): Policy {
  const where = `NetworkPolicy ${name}`;
  known(where, spec, ofSpec);
  // Without types, a policy is one of ingress, and of egress where it has rules of it.
  const types =
    spec['policyTypes'] === undefined
      ? ['Ingress', ...(spec['egress'] === undefined ? [] : ['Egress'])]
      : textsOf(spec['policyTypes']);
  const strange = types.find((type) => type !== 'Ingress' && type !== 'Egress');
  if (strange !== undefined) throw new SyntaxError(`${where}: nobody knows what type \`${strange}\` is`);
  return {
    name,
    chosen: labelsOf(where, spec['podSelector']),
    ingress: types.includes('Ingress')
      ? listOf(spec['ingress']).map((rule) => readRule(where, rule, ofIngress, 'from'))
      : null,
    egress: types.includes('Egress')
      ? listOf(spec['egress']).map((rule) => readRule(where, rule, ofEgress, 'to'))
      : null,
  };
}

export function labelsOf(where: string, selector: JsonValue | undefined): Labels {
  const object = objectOf(selector);
  known(where, object, ofSelector);
  return Object.entries(objectOf(object['matchLabels'])).map(([label, value]) => [label, String(value)] as const);
}

function readRule(where: string, rule: JsonObject, fields: ReadonlySet<string>, side: 'from' | 'to'): Rule {
  known(where, rule, fields);
  const peers = listOf(rule[side]);
  const ports = listOf(rule['ports']);
  return {
    // An empty list is no list.
    peers: peers.length === 0 ? null : peers.map((peer) => readPeer(where, peer)),
    ports: ports.length === 0 ? null : ports.map((port) => readPort(where, port)),
  };
}

function readPeer(where: string, peer: JsonObject): Peer {
  known(where, peer, ofPeer);
  const { ipBlock, namespaceSelector, podSelector } = peer as Readonly<Record<string, JsonValue | undefined>>;
  if (ipBlock !== undefined) {
    if (namespaceSelector !== undefined || podSelector !== undefined)
      throw new SyntaxError(`${where}: a block of addresses stands beside a selector`);
    const block = objectOf(ipBlock);
    known(where, block, ofBlock);
    const except = textsOf(block['except']);
    return {
      kind: 'block',
      text: [textOf(block['cidr']), ...(except.length === 0 ? [] : ['without', ...except])].join(' '),
    };
  }
  if (namespaceSelector === undefined) {
    // An object without either chooses nobody that is known, and is refused by Kubernetes.
    if (podSelector === undefined) throw new SyntaxError(`${where}: a peer is nobody`);
    return { kind: 'pods', labels: labelsOf(where, podSelector) };
  }
  const pods = podSelector === undefined ? 'all pods' : `pods ${written(labelsOf(where, podSelector))}`;
  return { kind: 'elsewhere', text: `${pods} of namespaces ${written(labelsOf(where, namespaceSelector))}` };
}

const written = (labels: Labels): string =>
  labels.length === 0 ? 'with any labels' : labels.map(([label, value]) => `${label}=${value}`).join(',');

function readPort(where: string, port: JsonObject): string {
  known(where, port, ofPort);
  const protocol = port['protocol'] === undefined ? 'TCP' : textOf(port['protocol']);
  if (!/^(?:TCP|UDP|SCTP)$/.test(protocol)) throw new SyntaxError(`${where}: nobody knows protocol \`${protocol}\``);
  const number = port['port'];
  if (number !== undefined && typeof number !== 'number')
    throw new SyntaxError(`${where}: port ${JSON.stringify(number)} is no number`);
  const text = number === undefined ? '*' : String(number);
  return protocol === 'TCP' ? text : `${protocol} ${text}`;
}
