/** Scenario IR, version 6, as the reference implementation reads it (its output without optimiser). */
import { isObject, type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import { compareText, sortedKeys } from '../../base/order.ts';
import type { Component, Edge, Graph } from '../../ir/graph.ts';
import type { ManifestTree, TreeNode } from '../../ir/tree.ts';
import { canonicalManifest } from '../../language/digest.ts';
import { irSchema, irVersion } from '../../language/scenario-ir/format.ts';
import type { CompileEmitter } from './emitter.ts';

export const ir: CompileEmitter = {
  kind: 'ir',
  shape: 'file',
  emit: ({ governed, from }) => {
    const catalog = from.kind === 'ir' ? from.catalog : manifestCatalog(from.tree);
    return new Map([['ir.json', `${JSON.stringify(toIr(governed.graph, catalog), null, 2)}\n`]]);
  },
};

function toIr(graph: Graph, catalog: JsonObject | null): JsonObject {
  return {
    schema: irSchema,
    version: irVersion,
    root: 0,
    components: graph.components.map((c) => toIrComponent(c)),
    bindings: graph.edges.map(toBinding),
    exports: graph.exports.map((e) => ({
      name: e.name,
      capability: { kind: e.capability.kind, profile: e.capability.profile },
      from: { component: e.from.component, provide: e.from.provide },
    })),
    ...(catalog === null ? {} : { manifest_catalog: catalog }),
  };
}

/** Structural keys come in the order of the format; free JSON inside is sorted. */
function toIrComponent(c: Component): JsonObject {
  return {
    id: c.id,
    moniker: c.moniker,
    parent: c.parent,
    children: c.children,
    ...(c.url === null ? {} : { resolved_url: c.url }),
    digest: c.digest,
    config: sorted(c.config),
    ...(c.configSchema === null ? {} : { config_schema: sorted(c.configSchema) }),
    program: c.program as unknown as JsonValue,
    slots: declarations(c.slots),
    provides: declarations(c.provides),
    ...(isEmpty(c.exports) ? {} : { exports: declarations(c.exports) }),
    ...(isEmpty(c.resources) ? {} : { resources: declarations(c.resources) }),
    ...(isEmpty(c.childTemplates) ? {} : { child_templates: sorted(c.childTemplates) }),
    ...(c.metadata === null ? {} : { metadata: sorted(c.metadata) }),
  };
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

function declarations(items: Readonly<Record<string, unknown>>): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const key of sortedKeys(items)) setKey(out, key, items[key] as JsonValue);
  return out;
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const out: Record<string, JsonValue> = {};
  for (const key of sortedKeys(value)) setKey(out, key, sorted(value[key] as JsonValue));
  return out;
}

function toBinding(edge: Edge): JsonObject {
  return { from: source(edge), to: { component: edge.to.component, slot: edge.to.slot }, weak: edge.weak };
}

function source({ from }: Edge): JsonObject {
  switch (from.kind) {
    case 'component':
      return { kind: 'component', component: from.component, provide: from.provide };
    case 'resource':
      return { kind: 'resource', component: from.component, resource: from.resource };
    case 'framework':
      return { kind: 'framework', capability: from.capability, authority_realm: from.authority };
    case 'external':
      return { kind: 'external', slot: { component: from.component, slot: from.slot } };
  }
}

/** Manifests that child templates may instantiate at run time. */
function manifestCatalog(tree: ManifestTree): JsonObject | null {
  const found = new Map<string, JsonObject>();
  const stack: TreeNode[] = [tree.root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    stack.push(...node.children);
    for (const template of node.templates) {
      for (const { url, manifest } of template.nodes) {
        found.set(url, {
          source_ref: url,
          digest: manifest.digest,
          manifest: JSON.parse(canonicalManifest(manifest)) as JsonValue,
        });
      }
    }
  }
  if (found.size === 0) return null;
  return Object.fromEntries([...found].sort(([a], [b]) => compareText(a, b)));
}
