/**
 * A scenario IR as what linking would have made of its manifests. What an IR does not hold is lost: where things were written, which
 * policy inserted which component, and manifests. So everything comes from the place in the IR that says it.
 */

import { controlRefused } from '../../base/control.ts';
import { isObject, type JsonObject } from '../../base/json.ts';
import { jsonPointer } from '../../base/json-pointer.ts';
import { at } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import * as C from '../../diagnostics/catalogue/cli.ts';
import * as D from '../../diagnostics/catalogue/ir.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { ConfigSpace } from '../../ir/config.ts';
import type { Component, Graph, Origin, Origins } from '../../ir/graph.ts';
import type { Linked } from '../../ir/linked.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { composeJsonConfig, rootSpace } from '../config/compose.ts';
import { secretLeaves } from '../config/secret-paths.ts';
import { namesOfComponent, textAt, unshowable } from '../shown-names.ts';
import { nameIrSources, type SourceNames } from '../source-names.ts';
import { follow, type Pointer } from '../syntax/pointer.ts';
import { toJson } from '../syntax/to-json.ts';
import { readCatalog } from './catalog.ts';
import { checkExports, type ReadComponents, readComponents } from './components.ts';
import { checkEdges, readEdges, readExports } from './edges.ts';
import { irSchema, irVersion } from './format.ts';
import { checkProgram } from './program.ts';
import { type Fail, irReporter } from './report.ts';
import { shapedDocument } from './shape.ts';

export interface ScenarioIr {
  readonly linked: Linked;
  readonly names: () => SourceNames;
  /** Manifests that child templates name, as the IR has them. */
  readonly catalog: JsonObject | null;
  /** URL of the folder of the root manifest; relative program paths are looked up from there. */
  readonly folder: string;
}

/** Undefined after an error. `url` is where the IR itself lies. */
export function readScenarioIr(source: SourceText, root: SyntaxNode, url: string, sink: Sink): ScenarioIr | undefined {
  let faults = 0;
  const report = irReporter(source.file, root, sink);
  const fail: Fail = (pointer, message) => {
    faults++;
    report(pointer, message);
  };
  const document = toJson(root);
  if (!isOurs(document, source, root, sink, fail)) return undefined;
  const shaped = shapedDocument(document, fail);
  const read = shaped && readComponents(shaped, fail);
  if (!shaped || !read) return undefined;
  const { components, pointers } = read;
  checkNames(shaped, fail);
  checkExports(components, pointers, fail);
  const edges = readEdges(shaped, read, fail);
  const exports = readExports(shaped, read, fail);
  checkEdges(edges, read, fail);
  const catalog = readCatalog(shaped, read, { ...source, root }, fail);
  for (const component of components)
    checkProgram(component, root, [...(pointers[component.id] as Pointer), 'program'], fail);
  const spaces = composeSpaces(read, fail);
  if (faults > 0) return undefined;
  sink.report(C.inputIsIr({ path: source.file }, { at: at(source.file, follow(root, ['schema']).node.range) }));
  const [first] = components as readonly [Component];
  const graph: Graph = { components, edges, exports, digest: first.digest };
  const folder = first.url === null ? new URL('.', url).href : new URL('.', first.url).href;
  return {
    linked: {
      graph,
      origins: originsOf(graph, pointers, source.file, root),
      spaces,
      rootSchema: first.configSchema,
      secrets: secretLeaves(
        first.configSchema,
        spaces.map((space) => ({ space })),
      ),
      scopes: [],
      policies: noPolicies,
    },
    names: () => nameIrSources(source, components, folder),
    catalog,
    folder,
  };
}

const named = {
  slots: 'slot',
  provides: 'provide',
  resources: 'resource',
  exports: 'export',
  child_templates: 'child template',
} as const;

/** Edges name what components declare. */
function checkNames(document: JsonObject, fail: Fail): void {
  const list = (field: string): readonly JsonObject[] => document[field] as unknown as readonly JsonObject[];
  const names = [
    ...list('components').flatMap((one, i) => namesOfComponent(one, named, ['components', i])),
    ...list('exports').flatMap((one, i) => textAt(one, 'name', 'export', ['exports', i])),
  ];
  for (const { what, pointer } of unshowable(names)) fail(pointer, `${what}: ${controlRefused}`);
}

const noPolicies: Linked['policies'] = {
  graph: { components: [], edges: [], exports: [], digest: '' },
  origins: { components: [], edges: [], exports: [] },
  spaces: [],
};

function isOurs(
  document: ReturnType<typeof toJson>,
  source: SourceText,
  root: SyntaxNode,
  sink: Sink,
  fail: Fail,
): document is JsonObject {
  if (!isObject(document) || document['schema'] !== irSchema) {
    fail(['schema'], `the schema of a scenario IR is \`${irSchema}\``);
    return false;
  }
  if (document['version'] === irVersion) return true;
  const { node } = follow(root, ['version']);
  const found = 'version' in document ? JSON.stringify(document['version']) : 'none';
  sink.report(D.irVersion({ found, expected: irVersion }, { at: at(source.file, node.range), label: 'not known' }));
  return false;
}

/** Parents come first, whatever their ids. */
function composeSpaces({ components, pointers }: ReadComponents, fail: Fail): readonly ConfigSpace[] {
  const spaces: ConfigSpace[] = [];
  const open = [components[0] as Component];
  for (let next = open.pop(); next; next = open.pop()) {
    const { id, parent, config, configSchema: schema } = next;
    open.push(...next.children.map((child) => components[child] as Component));
    if (parent === null) {
      spaces[id] = rootSpace(schema);
      continue;
    }
    const authored = config === null ? undefined : config;
    const composed = composeJsonConfig({ authored, parent: spaces[parent] as ConfigSpace, schema });
    spaces[id] = { value: composed.value, schema };
    for (const { message, pointer = [] } of composed.problems)
      fail([...(pointers[id] as Pointer), 'config', ...pointer], message);
  }
  return spaces;
}

function originsOf(graph: Graph, pointers: readonly Pointer[], file: string, root: SyntaxNode): Origins {
  const origin = (pointer: Pointer): Origin => ({
    kind: 'manifest',
    at: at(file, follow(root, pointer).node.range),
    pointer: jsonPointer(pointer),
  });
  return {
    components: graph.components.map(({ id }) => origin(pointers[id] as Pointer)),
    edges: graph.edges.map((_, index) => origin(['bindings', index])),
    exports: graph.exports.map((_, index) => origin(['exports', index])),
  };
}
