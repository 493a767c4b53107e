/**
 * The scenario as its manifests, in one folder that needs nothing else: `bundle.json` and `manifests/` in the reference's form, and
 * `sources.json` where that form cannot say everything. Policies have changed nothing in it: whoever compiles it asks them again.
 */
import { digestOf } from '../../../base/digest.ts';
import { compareText, sortedBy } from '../../../base/order.ts';
import type { ManifestTree, TreeDocument } from '../../../ir/tree.ts';
import {
  bundleSchema,
  bundleVersion,
  indexName,
  manifestFileName,
  manifestsFolder,
  sourcesName,
  sourcesSchema,
  sourcesVersion,
} from '../../../language/bundle/format.ts';
import type { ProgramFile } from '../../../language/program/program-files.ts';
import { sidecarUrl } from '../../../language/urls.ts';
import type { CompileEmitter } from '../emitter.ts';
import { manifestText } from './manifest-text.ts';
import { baseOf, placeDocuments, redirectOf } from './places.ts';

export const bundle: CompileEmitter = {
  kind: 'bundle',
  shape: 'folder',
  fresh: true,
  emit: ({ from, programs }) => (from.kind === 'ir' ? new Map() : bundleFiles(from.tree, programs)),
};

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function bundleFiles(tree: ManifestTree, programs: readonly ProgramFile[]): ReadonlyMap<string, string> {
  const { rootUrl, documents } = placeDocuments(tree.documents, programs);
  const places = sortedBy(documents, ([url]) => url);
  const shelf = fileNames(places, tree);
  const requests = places.map(([url, { loaded }]) => ({ url, digest: loaded.manifest.digest }));
  const notes = places.flatMap(([url, document]) => noteOf(url, document, shelf.nameOf(document), programs) ?? []);
  const out = new Map([
    [indexName, pretty({ schema: bundleSchema, version: bundleVersion, root_url: rootUrl, requests })],
  ]);
  for (const [name, text] of shelf.texts) out.set(`${manifestsFolder}/${name}`, text);
  if (notes.length > 0)
    out.set(sourcesName, pretty({ schema: sourcesSchema, version: sourcesVersion, manifests: notes }));
  return out;
}

const pairs = (digests: ReadonlyMap<string, string>): readonly object[] =>
  sortedBy(digests, ([url]) => url).map(([url, digest]) => ({ url, digest }));

interface Shelf {
  /** By file name, in byte order. */
  readonly texts: ReadonlyMap<string, string>;
  readonly nameOf: (document: TreeDocument) => string;
}

/** One file a digest; more where texts differ in what no digest covers, as `metadata` does. */
function fileNames(places: readonly (readonly [string, TreeDocument])[], tree: ManifestTree): Shelf {
  const names = new Map<TreeDocument, string>();
  const texts = new Map<string, string>();
  for (const [, document] of places) {
    if (names.has(document)) continue;
    const { digest } = document.loaded.manifest;
    const text = manifestText(document, tree.sources.get(document.loaded.display));
    let name = manifestFileName(digest);
    for (let n = 2; (texts.get(name) ?? text) !== text; n++) name = manifestFileName(digest, `.${n}`);
    texts.set(name, text);
    names.set(document, name);
  }
  return {
    texts: new Map([...texts].sort(([a], [b]) => compareText(a, b))),
    nameOf: (document) => names.get(document) ?? '',
  };
}

/** Undefined when the bundle says it all without. */
function noteOf(
  url: string,
  document: TreeDocument,
  name: string,
  programs: readonly ProgramFile[],
): object | undefined {
  const { loaded, sidecars, inlined } = document;
  const base = baseOf(url, document);
  const redirect = redirectOf(url, document);
  const files = new Map(inlined.map((file) => [file.url, file.digest]));
  for (const [path, text] of sidecars) files.set(sidecarUrl(path, base) ?? path, digestOf(text));
  // A bundle does not hold programs; what they were is part of the plan.
  const started = new Map(
    programs.flatMap(({ manifest, path, digest }) =>
      manifest === loaded.url && digest !== null ? [[sidecarUrl(path, base) ?? path, digest] as const] : [],
    ),
  );
  const note = {
    ...(redirect === undefined ? {} : { loaded: redirect }),
    ...(name === manifestFileName(loaded.manifest.digest) ? {} : { text: name }),
    ...(files.size === 0 ? {} : { files: pairs(files) }),
    ...(started.size === 0 ? {} : { programs: pairs(started) }),
  };
  return Object.keys(note).length === 0 ? undefined : { url, ...note };
}
