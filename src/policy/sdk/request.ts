/** Body of a question → its parts. Strict about what is used, and about nothing else: fields that nobody knows are ignored. */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { PolicyRequest } from '../../ir/request.ts';
import { PolicyError } from './error.ts';
import type { CapabilityKind, EdgeEnd, Side } from './scope-types.ts';

export interface RawEnd {
  readonly component: number;
  readonly type: EdgeEnd['type'];
  readonly name: string;
}

export interface RawEdge {
  readonly id: number;
  readonly side: Side;
  readonly kind: CapabilityKind;
  readonly profile: string | null;
  readonly from: RawEnd | null;
  readonly to: RawEnd | null;
}

export interface RawRequest {
  readonly components: readonly JsonObject[];
  /** In the order of their numbers. */
  readonly edges: readonly RawEdge[];
}

const bad = (message: string): PolicyError => new PolicyError('request', `not a question for a policy: ${message}`);

/** @throws PolicyError (`request`) naming the first field that is wrong. */
export function readRequest(request: string | PolicyRequest): RawRequest {
  const value = typeof request === 'string' ? parse(request) : (request as unknown as JsonValue);
  const scope = objectAt(own(objectAt(value, 'the body'), 'scope'), '`scope`');
  const components = listAt(scope, 'components').map((item, i) => objectAt(item, `\`scope.components[${i}]\``));
  const edges = [
    ...listAt(scope, 'bindings').map((item, i) => edgeAt(item, 'inside', `scope.bindings[${i}]`)),
    ...listAt(scope, 'imports').map((item, i) => edgeAt(item, 'import', `scope.imports[${i}]`)),
    ...listAt(scope, 'exports').map((item, i) => edgeAt(item, 'export', `scope.exports[${i}]`)),
  ];
  return { components, edges: edges.sort((a, b) => a.id - b.id) };
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw bad(`the body is no JSON (${(error as Error).message})`);
  }
}

function objectAt(value: JsonValue | undefined, name: string): JsonObject {
  if (isObject(value)) return value;
  throw bad(`${name} is ${value === undefined ? 'missing' : 'not an object'}`);
}

function listAt(scope: JsonObject, name: string): readonly JsonValue[] {
  const value = own(scope, name);
  if (Array.isArray(value)) return value as readonly JsonValue[];
  throw bad(`\`scope.${name}\` is ${value === undefined ? 'missing' : 'no list'}`);
}

/** A number that names something. */
export function idAt(value: JsonValue | undefined, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw bad(`\`${name}\` is not a number from 0 upwards`);
}

function textAt(value: JsonValue | undefined, name: string): string {
  if (typeof value === 'string') return value;
  throw bad(`\`${name}\` is not text`);
}

function edgeAt(value: JsonValue, side: Side, at: string): RawEdge {
  const edge = objectAt(value, `\`${at}\``);
  const capability = objectAt(own(edge, 'capability'), `\`${at}.capability\``);
  const profile = own(capability, 'profile') ?? null;
  return {
    id: idAt(own(edge, 'id'), `${at}.id`),
    side,
    kind: textAt(own(capability, 'kind'), `${at}.capability.kind`) as CapabilityKind,
    profile: profile === null ? null : textAt(profile, `${at}.capability.profile`),
    from: side === 'import' ? null : sourceAt(own(edge, 'from'), `${at}.from`),
    to: side === 'export' ? null : slotAt(own(edge, 'to'), `${at}.to`),
  };
}

function slotAt(value: JsonValue | undefined, at: string): RawEnd {
  const slot = objectAt(value, `\`${at}\``);
  return {
    component: idAt(own(slot, 'component'), `${at}.component`),
    type: 'slot',
    name: textAt(own(slot, 'name'), `${at}.name`),
  };
}

const sources = [
  ['Component', 'provide', 'component', 'name'],
  ['Resource', 'resource', 'component', 'name'],
  ['Framework', 'framework', 'authority', 'capability'],
] as const;

function sourceAt(value: JsonValue | undefined, at: string): RawEnd {
  const source = objectAt(value, `\`${at}\``);
  for (const [tag, type, owner, name] of sources) {
    const found = own(source, tag);
    if (found === undefined) continue;
    const inside = objectAt(found, `\`${at}.${tag}\``);
    return {
      component: idAt(own(inside, owner), `${at}.${tag}.${owner}`),
      type,
      name: textAt(own(inside, name), `${at}.${tag}.${name}`),
    };
  }
  throw bad(`\`${at}\` is none of \`Component\`, \`Resource\` and \`Framework\``);
}

export const unknownComponent = (id: number, at: string): PolicyError =>
  bad(`${at} names component ${id}, which is not in the scope`);

export const textOr = (value: JsonValue | undefined, fallback: string): string =>
  typeof value === 'string' ? value : fallback;

export const objectOrNull = (value: JsonValue | undefined): JsonObject | null => (isObject(value) ? value : null);
