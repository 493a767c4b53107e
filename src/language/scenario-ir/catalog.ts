import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { SourceText } from '../../base/text.ts';
import { createSink } from '../../diagnostics/sink.ts';
import type { Component } from '../../ir/graph.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { decodeManifest } from '../decode/manifest.ts';
import { follow, type Pointer } from '../syntax/pointer.ts';
import type { ReadComponents } from './components.ts';
import type { Fail } from './report.ts';

/** Manifests that child templates name: each is there, and is what its digest says. */
export function readCatalog(
  document: JsonObject,
  { components, pointers }: ReadComponents,
  source: SourceText & { readonly root: SyntaxNode },
  fail: Fail,
): JsonObject | null {
  const catalog = (document['manifest_catalog'] ?? {}) as Readonly<Record<string, JsonObject>>;
  for (const [url, entry] of Object.entries(catalog)) {
    const at: Pointer = ['manifest_catalog', url];
    const sink = createSink();
    const { node } = follow(source.root, [...at, 'manifest']);
    const manifest = decodeManifest(source, node, new Map(), sink);
    if (!manifest) fail([...at, 'manifest'], `this is not a manifest: ${sink.diagnostics[0]?.message ?? ''}`);
    else if (manifest.digest !== entry['digest'])
      fail([...at, 'digest'], `the manifest has the digest \`${manifest.digest}\``);
  }
  for (const component of components) {
    for (const [name, url] of templateManifests(component)) {
      const at = [...(pointers[component.id] as Pointer), 'child_templates', name, 'manifests'];
      if (!own(catalog, url)) fail(at, `\`manifest_catalog\` does not hold \`${url}\``);
    }
  }
  return Object.keys(catalog).length === 0 ? null : catalog;
}

const templateManifests = ({ childTemplates }: Component): readonly (readonly [string, string])[] =>
  Object.entries(childTemplates).flatMap(([name, template]) => {
    const manifests: JsonValue | undefined = isObject(template) ? own(template, 'manifests') : undefined;
    return Array.isArray(manifests) ? manifests.map((url) => [name, String(url)] as const) : [];
  });
