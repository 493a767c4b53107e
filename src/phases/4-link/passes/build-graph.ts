import type { JsonObject, JsonValue } from '../../../base/json.ts';
import { setKey } from '../../../base/json.ts';
import { jsonPointer } from '../../../base/json-pointer.ts';
import { at, emptyRange, type Location } from '../../../base/span.ts';
import { edgeId, numberRepeats } from '../../../ir/edge-id.ts';
import type {
  Component,
  ComponentExport,
  ComponentId,
  Edge,
  EdgeSource,
  Graph,
  Origin,
  Origins,
  Provide,
  ScenarioExport,
  Slot,
} from '../../../ir/graph.ts';
import type { ExportTarget, Manifest } from '../../../ir/manifest.ts';
import { objectToJson, toJson } from '../../../language/syntax/to-json.ts';
import type { Instance, Terminal } from '../instance.ts';
import { capabilityOf } from './bind-slots.ts';
import type { RawEdge } from './collect-edges.ts';
import { lowerTemplates } from './lower-templates.ts';
import type { ResolvedExport } from './scenario-exports.ts';

/** Working tree → value type, with the origin of every node beside it. O(components + edges). */
export function buildGraph(
  instances: readonly Instance[],
  edges: readonly RawEdge[],
  exports: readonly ResolvedExport[],
): { readonly graph: Graph; readonly origins: Origins } {
  const shared = new Map<Manifest, Shared>();
  const components = instances.map((instance) => {
    const known = shared.get(instance.manifest) ?? shareOf(instance.manifest);
    shared.set(instance.manifest, known);
    return toComponent(instance, known);
  });
  const root = instances[0] as Instance;
  return {
    graph: {
      components,
      edges: numberRepeats(edges.map((edge) => toEdge(edge, components))),
      exports: exports.map(({ decl, provide }): ScenarioExport => {
        const { kind, profile } = capabilityOf(provide);
        return {
          name: decl.name,
          capability: { kind, profile },
          from: { component: idOf(provide.instance), provide: provide.name },
        };
      }),
      digest: root.manifest.digest,
    },
    origins: {
      components: instances.map(componentOrigin),
      edges: edges.map(
        (edge): Origin =>
          edge.bound
            ? fromManifest(at(edge.bound.realm.manifest.file, edge.bound.decl.range), 'bindings', edge.bound.index)
            : fromManifest(
                at(edge.slot.instance.manifest.file, edge.slot.decl.nameRange),
                'slots',
                edge.slot.decl.name,
              ),
      ),
      exports: exports.map(({ decl }) => fromManifest(at(root.manifest.file, decl.range), 'exports', decl.name)),
    },
  };
}

const idOf = (instance: Instance): ComponentId => instance.id as ComponentId;

function componentOrigin(instance: Instance): Origin {
  const decl = instance.node.decl;
  const file = instance.parent?.manifest.file;
  if (decl && file) return fromManifest(at(file, decl.nameRange), 'components', decl.name);
  return fromManifest(at(instance.manifest.file, emptyRange));
}

const fromManifest = (place: Location, ...path: readonly (string | number)[]): Origin => ({
  kind: 'manifest',
  at: place,
  pointer: jsonPointer(path),
});

/** The parts that all instances of a manifest have in common. */
interface Shared {
  readonly slots: Readonly<Record<string, Slot>>;
  readonly provides: Readonly<Record<string, Provide>>;
  readonly exports: Readonly<Record<string, ComponentExport>>;
  readonly metadata: JsonValue;
}

const nothing: Readonly<Record<string, never>> = {};

function record<T, V>(
  items: readonly (T & { readonly name: string })[],
  value: (item: T) => V,
): Readonly<Record<string, V>> {
  if (items.length === 0) return nothing;
  const out: Record<string, V> = {};
  for (const item of items) setKey(out, item.name, value(item));
  return out;
}

function shareOf(manifest: Manifest): Shared {
  return {
    slots: record(manifest.slots, (s) => ({
      kind: s.kind,
      profile: s.profile,
      optional: s.optional,
      multiple: s.multiple,
    })),
    provides: record(manifest.provides, (p) => ({
      kind: p.kind,
      profile: p.profile,
      endpoint: p.endpoint?.value ?? null,
    })),
    exports: record(manifest.exports, (e) => exportTarget(e.target)),
    metadata: manifest.metadata ? toJson(manifest.metadata) : null,
  };
}

const exportTarget = (target: ExportTarget): ComponentExport =>
  target.kind === 'provide'
    ? { target: 'self_provide', provide: target.name }
    : target.kind === 'slot'
      ? { target: 'self_slot', slot: target.name }
      : { target: 'child_export', child: target.child, export: target.export };

const noConfig: JsonObject | null = null;

function toComponent(instance: Instance, shared: Shared): Component {
  return {
    id: idOf(instance),
    moniker: instance.moniker,
    parent: instance.parent === null ? null : idOf(instance.parent),
    children: instance.children.map(idOf),
    digest: instance.manifest.digest,
    url: instance.node.loaded.url,
    config: instance.node.decl?.config ? objectToJson(instance.node.decl.config) : noConfig,
    configSchema: instance.index.schema,
    program: instance.program,
    slots: shared.slots,
    provides: shared.provides,
    resources: instance.resources,
    exports: shared.exports,
    childTemplates: lowerTemplates(instance),
    metadata: shared.metadata,
  };
}

function toEdge(edge: RawEdge, components: readonly Component[]): Edge {
  const from = sourceOf(edge.source);
  const to = { component: idOf(edge.slot.instance), slot: edge.slot.decl.name };
  const { kind, profile } = edge.slot.decl;
  return {
    from,
    to,
    capability: { kind, profile },
    weak: edge.weak,
    id: edgeId(components, from, to, edge.slot.decl.multiple),
    hop: null,
  };
}

function sourceOf(source: Terminal): EdgeSource {
  const component = idOf(source.instance);
  if (source.kind === 'provide') return { kind: 'component', component, provide: source.name };
  if (source.kind === 'resource') return { kind: 'resource', component, resource: source.name };
  if (source.kind === 'framework') return { kind: 'framework', authority: component, capability: source.name };
  return { kind: 'external', component, slot: source.name };
}
