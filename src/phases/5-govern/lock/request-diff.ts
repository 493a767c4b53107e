/** Two requests of one scope, compared as graphs: by moniker and edge, never by number. Pure. */
import { canonicalJson, isObject, type JsonObject, type JsonValue, own } from '../../../base/json.ts';
import { compareText, sortedBy } from '../../../base/order.ts';

/** Lines such as `+ component /cache` and `~ edge /web.data: from /api.data, was /old.data`; empty when the graphs are equal. */
export function diffRequests(before: JsonValue, after: JsonValue): readonly string[] {
  const [old, now] = [graphOf(before), graphOf(after)];
  return [...diffComponents(old.components, now.components), ...diffEdges(old.edges, now.edges)];
}

interface ShownEdge {
  readonly id: string;
  readonly from: string;
  readonly capability: string;
}

interface ShownGraph {
  readonly components: ReadonlyMap<string, JsonObject>;
  readonly edges: ReadonlyMap<string, ShownEdge>;
}

const objects = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]).filter(isObject) : [];

function graphOf(request: JsonValue): ShownGraph {
  const scope = isObject(request) ? own(request, 'scope') : undefined;
  const lists = isObject(scope) ? scope : {};
  const byId = new Map<JsonValue, JsonObject>();
  for (const component of objects(own(lists, 'components'))) byId.set(own(component, 'id') ?? null, component);
  const monikerOf = (id: JsonValue | undefined): string =>
    String(own(byId.get(id ?? null) ?? {}, 'moniker') ?? 'outside');
  const components = new Map([...byId.values()].map((c) => [String(own(c, 'moniker')), contentOf(c, monikerOf)]));
  const edges = new Map<string, ShownEdge>();
  const add = (edge: ShownEdge): void => {
    let { id } = edge;
    for (let n = 2; edges.has(id); n++) id = `${edge.id}#${n}`;
    edges.set(id, { ...edge, id });
  };
  const end = (value: JsonValue | undefined): string =>
    isObject(value) ? `${monikerOf(own(value, 'component'))}.${String(own(value, 'name'))}` : 'outside';
  const isMultiple = (to: JsonValue | undefined): boolean => {
    const slots = isObject(to) ? own(byId.get(own(to, 'component') ?? null) ?? {}, 'slots') : undefined;
    const slot = isObject(slots) && isObject(to) ? own(slots, String(own(to, 'name'))) : undefined;
    return isObject(slot) && own(slot, 'multiple') === true;
  };
  const type = (edge: JsonObject): string => showCapability(own(edge, 'capability'));
  for (const list of ['bindings', 'imports'] as const) {
    for (const edge of objects(own(lists, list))) {
      const from = list === 'imports' ? 'outside' : sourceOf(own(edge, 'from'), monikerOf);
      const to = own(edge, 'to');
      add({ id: isMultiple(to) ? `${end(to)}[${from}]` : end(to), from, capability: type(edge) });
    }
  }
  for (const edge of objects(own(lists, 'exports'))) {
    const from = sourceOf(own(edge, 'from'), monikerOf);
    add({ id: `${from} -> outside`, from, capability: type(edge) });
  }
  return { components, edges };
}

type Naming = (id: JsonValue | undefined) => string;

function sourceOf(from: JsonValue | undefined, monikerOf: Naming): string {
  if (!isObject(from)) return 'outside';
  const [[kind, value] = ['', null]] = Object.entries(from);
  if (!isObject(value)) return 'outside';
  if (kind === 'Framework')
    return `${monikerOf(own(value, 'authority'))}.framework.${String(own(value, 'capability'))}`;
  const name = String(own(value, 'name'));
  return `${monikerOf(own(value, 'component'))}.${kind === 'Resource' ? `resources.${name}` : name}`;
}

function showCapability(value: JsonValue | undefined): string {
  if (!isObject(value)) return '?';
  const profile = own(value, 'profile');
  return typeof profile === 'string' ? `${String(own(value, 'kind'))}:${profile}` : String(own(value, 'kind'));
}

/** Without numbers, which shift when something else comes or goes. */
function contentOf(component: JsonObject, monikerOf: Naming): JsonObject {
  const { id, moniker, parent, children, ...content } = component;
  const below = Array.isArray(children) ? (children as readonly JsonValue[]).map(monikerOf).sort(compareText) : [];
  return { ...content, children: below };
}

function diffComponents(
  before: ReadonlyMap<string, JsonObject>,
  after: ReadonlyMap<string, JsonObject>,
): readonly string[] {
  return namesOf(before, after).flatMap((moniker): readonly string[] => {
    const [old, now] = [before.get(moniker), after.get(moniker)];
    if (!old) return [`+ component ${moniker}`];
    if (!now) return [`- component ${moniker}`];
    const changed = changedFields(old, now);
    return changed.length === 0 ? [] : [`~ component ${moniker}: ${changed.join(', ')}`];
  });
}

/** What changed in a component, to the second step: `program.args`, `slots.db`. Its digest follows from the rest. */
function changedFields(old: JsonObject, now: JsonObject): readonly string[] {
  const fields = changedKeys(old, now).flatMap((field): readonly string[] => {
    const [was, is] = [own(old, field), own(now, field)];
    if (!isObject(was) || !isObject(is)) return [field];
    return changedKeys(was, is).map(
      (key) =>
        `${field}.${key}${own(was, key) === undefined ? ' added' : own(is, key) === undefined ? ' removed' : ''}`,
    );
  });
  const telling = fields.filter((field) => field !== 'digest' && field !== 'children');
  return telling.length > 0 || fields.every((field) => field === 'children') ? telling : ['manifest'];
}

const changedKeys = (old: JsonObject, now: JsonObject): readonly string[] =>
  [...new Set([...Object.keys(old), ...Object.keys(now)])].sort(compareText).filter((key) => {
    const [was, is] = [own(old, key), own(now, key)];
    return was === undefined || is === undefined || canonicalJson(was) !== canonicalJson(is);
  });

function diffEdges(before: ReadonlyMap<string, ShownEdge>, after: ReadonlyMap<string, ShownEdge>): readonly string[] {
  return namesOf(before, after).flatMap((id): readonly string[] => {
    const [old, now] = [before.get(id), after.get(id)];
    const from = ({ id: name, from: source, capability }: ShownEdge): string =>
      name.endsWith(' -> outside') || name.includes('[') ? `(${capability})` : `from ${source} (${capability})`;
    if (!old) return [`+ edge ${id} ${from(now as ShownEdge)}`];
    if (!now) return [`- edge ${id} ${from(old)}`];
    if (old.from !== now.from) return [`~ edge ${id}: from ${now.from}, was ${old.from}`];
    return old.capability === now.capability ? [] : [`~ edge ${id}: ${now.capability}, was ${old.capability}`];
  });
}

const namesOf = (before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): readonly string[] =>
  sortedBy([...new Set([...before.keys(), ...after.keys()])], (name) => name);
