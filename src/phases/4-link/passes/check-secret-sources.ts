import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/scenario-lints.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { ChildDecl, Manifest } from '../../../ir/manifest.ts';
import type { SyntaxNode } from '../../../ir/syntax.ts';
import { covers, touches } from '../../../language/config/secret-paths.ts';
import { parseConfigText } from '../../../language/config/template.ts';
import { pathSegments } from '../../../language/schema/facets.ts';
import { type Leaf, leaves, secretPlaces } from '../../../language/schema/leaves.ts';
import { follow } from '../../../language/syntax/pointer.ts';
import { describe, type Instance, isPolicy } from '../instance.ts';
import type { PolicyForest } from './link-policies.ts';

/**
 * A value that a component declares secret, and the manifest that hands it over does not. It is kept secret all the same; but
 * whoever sets it reads that manifest. Children first, so that the whole way up to the root is told in one go.
 * O(components × secret places × references).
 */
export function checkSecretSources(
  main: readonly Instance[],
  policies: readonly Instance[],
  { uses }: PolicyForest,
  sink: Sink,
): void {
  // What the children of an instance call secret, as paths of its own config.
  const needed = new Map<Instance, Set<string>>();
  const scopes = new Map(uses.map(({ policy, scope }) => [policy, scope]));
  for (const instance of [...policies.toReversed(), ...main.toReversed()]) {
    const parent = scopes.get(instance.node) ?? instance.parent;
    const schema = instance.index.schema;
    const decl = instance.node.decl;
    if (!parent || !decl?.config || schema === null || !instance.configOk || !parent.configOk) continue;
    const places = new Set([...secretPlaces(schema), ...(needed.get(instance) ?? [])]);
    if (places.size === 0) continue;
    const wanted = needed.get(parent) ?? new Set<string>();
    needed.set(parent, wanted);
    for (const found of plainSources({ parent, child: instance, decl, places })) {
      wanted.add(found.path);
      if (!isPolicy(parent)) tell(found, { parent, child: instance, decl, places }, sink);
    }
  }
}

interface Handover {
  readonly parent: Instance;
  readonly child: Instance;
  readonly decl: ChildDecl;
  /** Of the child's config. */
  readonly places: ReadonlySet<string>;
}

interface PlainSource {
  /** Of the parent's config. */
  readonly path: string;
  /** Of the child's config. */
  readonly place: string;
  /** The text with the reference. */
  readonly node: SyntaxNode;
}

function plainSources({ parent, decl, places }: Handover): readonly PlainSource[] {
  const { config } = decl;
  const schema = parent.index.schema;
  if (!config || schema === null) return [];
  const known = leaves(schema);
  const isPlain = (path: string): boolean => known.some((leaf) => touches(leaf.path, path) && !leaf.secret);
  return [...places].flatMap((place) =>
    textsAt(config, place).flatMap(({ node, rest }) => {
      const paths = referencesOf(node).map((path) => [path, rest].filter((part) => part !== '').join('.'));
      const plain = paths.filter(isPlain);
      // Of a longer text somebody has said which part matters.
      if (paths.length > 1 && plain.length < paths.length) return [];
      return plain.map((path) => ({ path, place, node }));
    }),
  );
}

interface Text {
  readonly node: SyntaxNode;
  /** The path that is left where the text stands for an object around the place. */
  readonly rest: string;
}

function textsAt(config: SyntaxNode, place: string): readonly Text[] {
  let node = config;
  const segments = pathSegments(place);
  for (const [i, segment] of segments.entries()) {
    if (node.kind === 'string') return [{ node, rest: segments.slice(i).join('.') }];
    const next = follow(node, [segment]);
    if (!next.found) return [];
    node = next.node;
  }
  return stringsIn(node).map((text) => ({ node: text, rest: '' }));
}

function stringsIn(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.kind === 'string') return [node];
  if (node.kind === 'array') return node.items.flatMap(stringsIn);
  return node.kind === 'object' ? node.entries.flatMap(({ value }) => stringsIn(value)) : [];
}

function referencesOf(node: SyntaxNode): readonly string[] {
  if (node.kind !== 'string') return [];
  const parsed = parseConfigText(node.value);
  if (parsed.kind === 'whole' || parsed.kind === 'quoted') return [parsed.path];
  return parsed.kind === 'mixed'
    ? parsed.pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.path]))
    : [];
}

function tell({ path, place, node }: PlainSource, { parent, child }: Handover, sink: Sink): void {
  const { manifest, index } = parent;
  const leaf = leaves(index.schema ?? {}).find((one) => touches(one.path, path) && !one.secret);
  const declared = leaf && declarationOf(manifest, leaf);
  // Only one that is exactly what is handed over can be marked without a thought.
  const exact =
    declared?.kind === 'object' && leaf?.path === path && !declared.entries.some(({ key }) => key === 'secret');
  sink.report(
    D.secretFromPlain(
      { path, place, component: describe(child), leaf: covers(path, leaf?.path ?? '') ? (leaf?.path ?? path) : path },
      {
        at: at(manifest.file, node.range),
        label: 'handed over here',
        related: declared
          ? [{ message: 'declared here, without `secret: true`', at: at(manifest.file, declared.range) }]
          : [],
        fixes: exact
          ? [
              {
                title: `declare \`${path}\` secret`,
                kind: 'safe',
                edits: [{ kind: 'set-field', at: at(manifest.file, declared.range), key: 'secret', value: true }],
              },
            ]
          : [],
      },
    ),
  );
}

function declarationOf(manifest: Manifest, leaf: Leaf): SyntaxNode | undefined {
  const found = manifest.configSchema && follow(manifest.configSchema, leaf.pointer);
  return found?.found ? found.node : undefined;
}
