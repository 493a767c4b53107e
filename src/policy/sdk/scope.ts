import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { PolicyError } from './error.ts';
import { idAt, objectOrNull, type RawEdge, type RawEnd, type RawRequest, textOr, unknownComponent } from './request.ts';
import type {
  Component,
  Edge,
  EdgeEnd,
  Protocol,
  Provide,
  Resource,
  Scope,
  SelectBy,
  Selection,
  Slot,
} from './scope-types.ts';
import { selectEdges } from './select.ts';

export interface ScopeOfRequest {
  readonly scope: Scope;
  /** In the order in which they were made; grows while the policy decides. */
  readonly emptySelections: readonly Selection[];
  /** All of them, likewise. */
  readonly selections: readonly Selection[];
}

/** @throws PolicyError (`request`) for a component without a number and for an edge of a component that is not there. */
export function createScope({ components: raw, edges: rawEdges }: RawRequest): ScopeOfRequest {
  const byId = readComponents(raw);
  const components = [...byId.values()].sort((a, b) => a.id - b.id);
  const byMoniker = new Map(components.map((component) => [component.moniker, component]));
  const edges = rawEdges.map((edge) => toEdge(edge, byId));
  const made: Selection[] = [];
  const empty: Selection[] = [];
  const root = components.find(({ parent }) => parent === null);
  const select = (by: SelectBy = {}): Selection => {
    const selection = selectEdges(edges, by);
    made.push(selection);
    if (selection.size === 0 && by.allowEmpty !== true) empty.push(selection);
    return selection;
  };
  const scope: Scope = {
    root,
    components,
    edges,
    select,
    component: (moniker) => byMoniker.get(moniker),
    config: (path) => referenceTo(root, path),
  };
  return { scope, emptySelections: empty, selections: made };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Parents and children point at each other, so they are joined once all are there. */
function readComponents(raw: readonly JsonObject[]): ReadonlyMap<number, Component> {
  const byId = new Map<number, Mutable<Component>>();
  for (const [i, item] of raw.entries()) {
    const id = idAt(own(item, 'id'), `scope.components[${i}].id`);
    const map = <T>(name: string): Readonly<Record<string, T>> => (objectOrNull(own(item, name)) ?? {}) as never;
    byId.set(id, {
      id,
      moniker: textOr(own(item, 'moniker'), ''),
      parent: null,
      children: [],
      digest: textOr(own(item, 'digest'), ''),
      config: objectOrNull(own(item, 'config')),
      configSchema: objectOrNull(own(item, 'config_schema')),
      program: objectOrNull(own(item, 'program')),
      slots: map<Slot>('slots'),
      provides: map<Provide>('provides'),
      resources: map<Resource>('resources'),
      childTemplates: map<JsonValue>('child_templates'),
      metadata: own(item, 'metadata') ?? null,
    });
  }
  const known = (id: JsonValue): readonly Component[] => {
    const found = typeof id === 'number' ? byId.get(id) : undefined;
    return found ? [found] : [];
  };
  for (const item of raw) {
    const component = byId.get(own(item, 'id') as number) as Mutable<Component>;
    const children = own(item, 'children');
    component.parent = known(own(item, 'parent') ?? null)[0] ?? null;
    component.children = Array.isArray(children) ? (children as readonly JsonValue[]).flatMap(known) : [];
  }
  return byId;
}

const doors: readonly string[] = ['storage', 'docker', 'kvm', 'component'];

function toEdge(raw: RawEdge, components: ReadonlyMap<number, Component>): Edge {
  const { id, side, kind, profile } = raw;
  const end = (at: RawEnd | null): EdgeEnd | null => {
    if (at === null) return null;
    const component = components.get(at.component);
    if (!component) throw unknownComponent(at.component, `edge ${id}`);
    return { component, type: at.type, name: at.name };
  };
  const [from, to] = [end(raw.from), end(raw.to)];
  return {
    id,
    side,
    kind,
    profile,
    protocol: protocolBehind(from),
    from,
    to,
    interposable: !doors.includes(kind),
    label: `${shown(from)} -> ${shown(to)}`,
  };
}

const protocols: readonly JsonValue[] = ['http', 'https', 'tcp'] satisfies Protocol[];

function protocolBehind(from: EdgeEnd | null): Protocol | null {
  if (from?.type !== 'provide') return null;
  const provide = own(from.component.provides as unknown as JsonObject, from.name);
  const program = from.component.program ?? {};
  const vm = own(program, 'vm');
  const network = own(isObject(vm) ? vm : program, 'network');
  const endpoints = isObject(network) ? own(network, 'endpoints') : undefined;
  if (!isObject(provide) || !Array.isArray(endpoints)) return null;
  const wanted = own(provide, 'endpoint') ?? null;
  const found = (endpoints as readonly JsonValue[]).find((one) => isObject(one) && own(one, 'name') === wanted);
  const protocol = isObject(found) ? (own(found, 'protocol') ?? null) : null;
  return protocols.includes(protocol) ? (protocol as Protocol) : null;
}

const shown = (end: EdgeEnd | null): string => (end === null ? '…' : `${end.component.moniker}.${end.name}`);

function referenceTo(root: Component | undefined, path: string): string {
  if (!root?.configSchema) {
    throw new PolicyError('config', `the scope takes no config, so there is no \`${path}\` to refer to`);
  }
  if (!schemaAt(root.configSchema, path)) {
    throw new PolicyError(
      'config',
      `the config of the scope has no \`${path}\`; its keys are ${keysOf(root.configSchema)}`,
    );
  }
  return path === '' ? '${config}' : `\${config.${path}}`;
}

function keysOf(schema: JsonObject): string {
  const properties = own(schema, 'properties');
  const keys = isObject(properties) ? Object.keys(properties) : [];
  return keys.length === 0 ? 'none' : keys.map((key) => `\`${key}\``).join(', ');
}

/**
 * The schema of a value inside a config; `{}` where the schema does not tell (a level without `properties`), undefined where it tells that
 * there is none.
 */
export function schemaAt(schema: JsonObject, path: string): JsonObject | undefined {
  let current: JsonObject = schema;
  for (const key of path === '' ? [] : path.split('.')) {
    const properties = own(current, 'properties');
    if (!isObject(properties)) return {};
    const next = own(properties, key);
    if (next === undefined) return undefined;
    if (!isObject(next)) return {};
    current = next;
  }
  return current;
}
