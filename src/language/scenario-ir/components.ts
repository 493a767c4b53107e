/** The components of an IR, counted without gaps, and the tree that they form. */
import { isObject, type JsonObject, type JsonValue, own, setKey } from '../../base/json.ts';
import { sortedBy } from '../../base/order.ts';
import type {
  Component,
  ComponentExport,
  ComponentId,
  LoweredProgram,
  Provide,
  Resource,
  Slot,
} from '../../ir/graph.ts';
import type { Pointer } from '../syntax/pointer.ts';
import { renumberScopes } from './program.ts';
import type { Fail } from './report.ts';

export interface ReadComponents {
  /** The root first, the others by their ids. */
  readonly components: readonly Component[];
  /** Place in the file, by id. */
  readonly pointers: readonly Pointer[];
  /** As counted here, by the id of the file. */
  readonly ids: ReadonlyMap<number, ComponentId>;
}

interface Written {
  readonly id: number;
  readonly moniker: string;
  readonly parent?: number | null;
  readonly children: readonly number[];
  readonly resolved_url?: string;
  readonly digest: string;
  readonly config?: JsonObject | null;
  readonly config_schema?: JsonObject | null;
  readonly program?: JsonObject | null;
  readonly slots?: Readonly<Record<string, Partial<Slot>>>;
  readonly provides?: Readonly<Record<string, Partial<Provide>>>;
  readonly resources?: Readonly<Record<string, Partial<Resource>>>;
  readonly exports?: Readonly<Record<string, ComponentExport>>;
  readonly child_templates?: JsonObject;
  readonly metadata?: JsonValue;
}

/** Undefined after telling what is wrong. */
export function readComponents(document: JsonObject, fail: Fail): ReadComponents | undefined {
  const written = document['components'] as unknown as readonly Written[];
  const root = document['root'] as number;
  const order = sortedByNumber([...written.entries()], ([, { id }]) => (id === root ? -1 : id));
  const pointers = order.map(([index]): Pointer => ['components', index]);
  const ids = new Map<number, ComponentId>();
  let faults = 0;
  const tell: Fail = (pointer, message) => {
    faults++;
    fail(pointer, message);
  };
  for (const [place, [, { id }]] of order.entries()) {
    if (ids.has(id)) tell([...(pointers[place] as Pointer), 'id'], `another component has the id ${id}`);
    else ids.set(id, place as ComponentId);
  }
  if (!ids.has(root)) tell(['root'], `there is no component with the id ${root}`);
  if (faults > 0) return undefined;
  for (const [place, [, one]] of order.entries()) {
    const at = pointers[place] as Pointer;
    checkFamily(one, place === 0, ids, (step, message) => tell([...at, ...step], message));
  }
  if (faults > 0) return undefined;
  const components = order.map(([, one], place) => toComponent(one, place as ComponentId, ids));
  checkTree(components, pointers, tell);
  return faults > 0 ? undefined : { components, pointers, ids };
}

const sortedByNumber = <T>(items: readonly T[], key: (item: T) => number): T[] =>
  [...items].sort((a, b) => key(a) - key(b));

function checkFamily(one: Written, isRoot: boolean, ids: ReadonlyMap<number, ComponentId>, fail: Fail): void {
  const parent = one.parent ?? null;
  if (isRoot && parent !== null) fail(['parent'], 'the root has no parent');
  if (!isRoot && parent === null) fail([], 'every component but the root has a parent');
  if (parent !== null && !ids.has(parent)) fail(['parent'], `there is no component with the id ${parent}`);
  for (const [i, child] of one.children.entries())
    if (!ids.has(child)) fail(['children', i], `there is no component with the id ${child}`);
  for (const section of ['slots', 'provides', 'resources', 'exports', 'child_templates'] as const)
    for (const name of Object.keys(one[section] ?? {}))
      if (name.includes('.'))
        fail([section, name], 'a name cannot have a dot in it: the dot separates names in references');
  if (one.resolved_url !== undefined && !URL.canParse(one.resolved_url))
    fail(['resolved_url'], 'this is not an absolute URL');
}

function checkTree(components: readonly Component[], pointers: readonly Pointer[], fail: Fail): void {
  const monikers = new Set<string>();
  const met = new Set<ComponentId>();
  for (const { id, moniker } of components) {
    if (monikers.has(moniker)) fail([...(pointers[id] as Pointer), 'moniker'], 'another component has this moniker');
    monikers.add(moniker);
  }
  const open: ComponentId[] = [0 as ComponentId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    met.add(id);
    for (const child of (components[id] as Component).children) {
      const at = [...(pointers[id] as Pointer), 'children'];
      if (components[child]?.parent !== id) fail(at, `\`${components[child]?.moniker}\` names another parent`);
      else if (met.has(child)) fail(at, `\`${components[child]?.moniker}\` is listed twice`);
      else open.push(child);
    }
  }
  for (const { id, moniker } of components)
    if (!met.has(id)) fail(pointers[id] as Pointer, `\`${moniker}\` is not listed among the children of its parent`);
}

function toComponent(one: Written, id: ComponentId, ids: ReadonlyMap<number, ComponentId>): Component {
  const monikers = one.children.map((child) => ids.get(child) as ComponentId);
  return {
    id,
    moniker: one.moniker,
    parent: one.parent === undefined || one.parent === null ? null : (ids.get(one.parent) as ComponentId),
    children: monikers,
    digest: one.digest,
    url: one.resolved_url ?? null,
    config: one.config ?? null,
    configSchema: one.config_schema ?? null,
    program: one.program ? renumberScopes(one.program as unknown as LoweredProgram, ids) : null,
    slots: each(one.slots, ({ kind, profile = null, optional = false, multiple = false }) => ({
      kind: kind as Slot['kind'],
      profile,
      optional,
      multiple,
    })),
    provides: each(one.provides, ({ kind, profile = null, endpoint = null }) => ({
      kind: kind as Provide['kind'],
      profile,
      endpoint,
    })),
    resources: each(one.resources, ({ params }) => ({
      kind: 'storage' as const,
      params: { size: params?.size ?? null, retention: params?.retention ?? null, sharing: params?.sharing ?? null },
    })),
    exports: each(one.exports, (target) => target),
    childTemplates: one.child_templates ?? {},
    metadata: one.metadata ?? null,
  };
}

function each<T, V>(items: Readonly<Record<string, T>> = {}, value: (item: T) => V): Readonly<Record<string, V>> {
  const out: Record<string, V> = {};
  for (const [name, item] of sortedBy(Object.entries(items), ([key]) => key)) setKey(out, name, value(item));
  return out;
}

/** Exports lead to something of their own component, or to an export of a child. */
export function checkExports(components: readonly Component[], pointers: readonly Pointer[], fail: Fail): void {
  for (const component of components) {
    for (const [name, target] of Object.entries(component.exports)) {
      const at = [...(pointers[component.id] as Pointer), 'exports', name];
      if (target.target === 'self_provide' && !own(component.provides, target.provide))
        fail(at, `the component has no provide \`${target.provide}\``);
      if (target.target === 'self_slot' && !own(component.slots, target.slot))
        fail(at, `the component has no slot \`${target.slot}\``);
      if (target.target === 'child_export' && !childExport(components, component, target.child, target.export))
        fail(at, `the component has no child \`${target.child}\` with the export \`${target.export}\``);
    }
  }
}

function childExport(components: readonly Component[], parent: Component, child: string, name: string): boolean {
  const prefix = parent.moniker === '/' ? '/' : `${parent.moniker}/`;
  return parent.children.some((id) => {
    const { moniker = '', exports = {} } = components[id] ?? {};
    return (
      moniker.startsWith(prefix) &&
      moniker.slice(prefix.length).split('/')[0] === child &&
      isObject(own(exports, name) as JsonValue | undefined)
    );
  });
}
