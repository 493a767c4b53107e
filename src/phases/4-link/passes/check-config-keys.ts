import type { JsonObject, JsonValue } from '../../../base/json.ts';
import { compareText } from '../../../base/order.ts';
import { at } from '../../../base/span.ts';
import { suggest } from '../../../base/suggest.ts';
import * as D from '../../../diagnostics/catalogue/scenario-lints.ts';
import type { Related } from '../../../diagnostics/diagnostic.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Manifest } from '../../../ir/manifest.ts';
import type { Entry, ObjectNode, SyntaxNode } from '../../../ir/syntax.ts';
import type { LoadedManifest } from '../../../ir/tree.ts';
import { indexOf } from '../../../language/manifest-index.ts';
import { type Facet, facetsOf, propertyNames, propertyNodes } from '../../../language/schema/facets.ts';
import { follow } from '../../../language/syntax/pointer.ts';
import type { Instance } from '../instance.ts';
import { listNames } from '../names.ts';
import type { PolicyForest } from './link-policies.ts';

/**
 * A key of a component's config that its schema does not declare is legal, and nothing can refer to it. Config of components, of
 * policies and of child templates; a key of a template is known when one of its manifests knows it. O(config).
 */
export function checkConfigKeys(main: readonly Instance[], { uses, labels }: PolicyForest, sink: Sink): void {
  for (const { node, manifest, index, parent, configOk } of main) {
    const decl = node.decl;
    if (parent && decl?.config && index.schema && configOk)
      check(
        { config: decl.config, author: parent.manifest, takers: [manifest], name: `component \`${decl.name}\`` },
        sink,
      );
    for (const { template, nodes } of node.templates) {
      const found = manifest.childTemplates.find(({ name }) => name === template);
      const takers = nodes.map((loaded: LoadedManifest) => loaded.manifest);
      if (found?.config && takers.length > 0)
        check({ config: found.config, author: manifest, takers, name: `child template \`${template}\`` }, sink);
    }
  }
  for (const { scope, policy } of uses) {
    const config = policy.decl?.config;
    const name = `policy \`${labels.get(policy) ?? policy.name}\``;
    if (config) check({ config, author: scope.manifest, takers: [policy.loaded.manifest], name }, sink);
  }
}

interface Given {
  readonly config: ObjectNode;
  /** Of the manifest that `config` stands in. */
  readonly author: Manifest;
  /** What it may be given to. */
  readonly takers: readonly Manifest[];
  readonly name: string;
}

function declarations({ file, configSchema }: Manifest): readonly Related[] {
  if (!configSchema) return [];
  const { keyRange, node } = follow(configSchema, ['properties']);
  return [{ message: 'the keys are declared here', at: at(file, keyRange ?? node.range) }];
}

interface Unknown {
  readonly entry: Entry;
  readonly path: string;
  readonly known: readonly string[];
  readonly siblings: ObjectNode;
}

function check({ config, author, takers, name }: Given, sink: Sink): void {
  const schemas = takers.map((taker) => indexOf(taker).schema).filter((schema) => schema !== null);
  // A config that nobody takes is an error of its own.
  if (schemas.length < takers.length) return;
  const answers = schemas.map((schema) => unknownKeys(schema, config));
  const [first = [], ...rest] = answers;
  const everywhere = first.flatMap((one) => {
    const others = rest.map((answer) => answer.find(({ entry }) => entry === one.entry));
    if (others.includes(undefined)) return [];
    return [{ ...one, known: [...new Set([one, ...others].flatMap((other) => other?.known ?? []))].sort(compareText) }];
  });
  const related = takers.length === 1 ? takers.flatMap(declarations) : [];
  for (const { entry, path, known, siblings } of everywhere) {
    const near = suggest(entry.key, known);
    const free = near !== undefined && !siblings.entries.some(({ key }) => key === near);
    const place = at(author.file, entry.keyRange);
    const fixes = guessText(place, free ? near : undefined);
    sink.report(
      D.unknownConfigKey(
        { path, name, near, known: listNames(new Map(known.map((one) => [one, one]))) },
        { at: place, label: 'no such key', related, fixes },
      ),
    );
  }
}

function unknownKeys(root: JsonObject, config: ObjectNode): readonly Unknown[] {
  const found: Unknown[] = [];
  visit(root, config, facetsOf(root, [{ schema: root, pointer: [] }]), '', found);
  return found;
}

function visit(root: JsonObject, node: SyntaxNode, facets: readonly Facet[], path: string, found: Unknown[]): void {
  if (node.kind === 'array') {
    const items = facets.flatMap(({ schema, pointer }) => {
      const element = schema['items'];
      return element === undefined ? [] : [{ schema: element as JsonValue, pointer: [...pointer, 'items'] }];
    });
    for (const [i, item] of node.items.entries()) visit(root, item, facetsOf(root, items), `${path}[${i}]`, found);
    return;
  }
  if (node.kind !== 'object') return;
  const known = propertyNames(facets);
  // Below the top, an object without declared keys takes any.
  const open =
    facets.some(({ schema }) => schema['additionalProperties'] === true) || (path !== '' && known.length === 0);
  for (const entry of node.entries) {
    const at = path === '' ? entry.key : `${path}.${entry.key}`;
    if (known.includes(entry.key))
      visit(root, entry.value, facetsOf(root, propertyNodes(facets, entry.key)), at, found);
    else if (!open) found.push({ entry, path: at, known, siblings: node });
  }
}
