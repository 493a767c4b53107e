/**
 * Opens a bundle: a folder with `bundle.json` and a file a manifest. Everything in it is read and verified at once, so that its
 * loader needs neither the disk nor the network afterwards, and serves nothing that the bundle does not hold.
 */
import { join } from 'node:path';
import type { Sources, SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/bundle.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createSink, type Sink } from '../../diagnostics/sink.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { indexName, sourcesName } from '../../language/bundle/format.ts';
import { type BundleIndex, decodeIndex } from '../../language/bundle/index-file.ts';
import { decodeSources, type SourceNote } from '../../language/bundle/sources-file.ts';
import { maxManifestBytes } from '../../language/syntax/limits.ts';
import { loadSyntax, parseSyntax } from '../../language/syntax/parse.ts';
import { bundleScheme, displayName } from '../../language/urls.ts';
import type { Loader, LoadResult } from '../../ports/loader.ts';
import { readBundleFile } from './bundle-files.ts';
import { type BundledManifest, readManifests } from './bundle-manifests.ts';

export interface Bundle {
  readonly rootUrl: string;
  /** URL of the folder that sources are named from; ends with `/`. */
  readonly baseDir: string;
  readonly loader: Loader;
  /** Where the text of a source is really found, by its name: a path like `shown`. */
  readonly files: ReadonlyMap<string, string>;
}

export interface OpenedBundle {
  /** Absent after an error. */
  readonly bundle?: Bundle;
  /** `bundle.json` is meant as the index of a bundle, however broken; others may use the name for something else. */
  readonly claims: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** The index files, by path. */
  readonly sources: Sources;
}

/** One request takes about a hundred bytes. */
const maxIndexBytes = 4 * maxManifestBytes;

/** `shown` is the path of the folder as messages name it. */
export async function openBundle(folder: string, shown: string): Promise<OpenedBundle> {
  const sink = createSink();
  const sources = new Map<string, SourceText>();
  await loadSyntax('json5');
  const place: Place = { folder, shown, sink, sources };
  const root = await readIndex(place, indexName, true);
  const bundle = root && (await open(root, place));
  const told = { claims: root !== undefined && claimsToBeIndex(root), diagnostics: sink.diagnostics, sources };
  return bundle && !sink.hasErrors ? { ...told, bundle } : told;
}

const claimsToBeIndex = (root: SyntaxNode): boolean =>
  root.kind === 'object' && ['schema', 'version'].every((name) => root.entries.some((entry) => entry.key === name));

interface Place {
  readonly folder: string;
  readonly shown: string;
  readonly sink: Sink;
  readonly sources: Map<string, SourceText>;
}

async function open(root: SyntaxNode, place: Place): Promise<Bundle | undefined> {
  const index = decodeIndex(join(place.shown, indexName), root, place.sink);
  if (!index) return undefined;
  const notes = await readNotes(place, index);
  const manifests = notes && (await readManifests(index, notes, place));
  if (!manifests) return undefined;
  const rootUrl = insideUrl(index.rootUrl);
  const baseDir = new URL('.', rootUrl).href;
  return { rootUrl, baseDir, loader: loaderOf(manifests, notes), files: filesByName(manifests, baseDir) };
}

async function readIndex(place: Place, name: string, required: boolean): Promise<SyntaxNode | undefined> {
  const file = join(place.shown, name);
  const read = await readBundleFile(join(place.folder, name), maxIndexBytes);
  if (!('bytes' in read)) {
    if (required || !read.missing) place.sink.report(D.bundleUnreadable({ path: file, reason: read.reason }, {}));
    return undefined;
  }
  const text = decodeText(read.bytes);
  if (text === undefined) {
    place.sink.report(D.bundleUnreadable({ path: file, reason: 'it is not UTF-8 text' }, {}));
    return undefined;
  }
  const source: SourceText = { file, text, format: 'json5' };
  place.sources.set(file, source);
  return parseSyntax(source, place.sink);
}

async function readNotes(place: Place, index: BundleIndex): Promise<ReadonlyMap<string, SourceNote> | undefined> {
  const before = place.sink.diagnostics.length;
  const root = await readIndex(place, sourcesName, false);
  if (root) return decodeSources(join(place.shown, sourcesName), root, index, place.sink);
  return place.sink.diagnostics.length === before ? new Map() : undefined;
}

export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A bundle may say `file:`, as that of the reference does: inside it is a name. It must not become a folder of this machine,
 * where a policy would then run.
 */
const insideUrl = (url: string): string => url.replace(/^file:/, bundleScheme);

/** A `file:` URL is asked for as such where a manifest holds it, and from inside where a relative reference leads there. */
function filesByName(manifests: ReadonlyMap<string, BundledManifest>, baseDir: string): ReadonlyMap<string, string> {
  const named = (spell: (url: string) => string): (readonly [string, string])[] =>
    [...manifests].map(([url, { shown }]) => [displayName(spell(url), baseDir), shown]);
  return new Map([...named(insideUrl), ...named((url) => url)]);
}

function loaderOf(manifests: ReadonlyMap<string, BundledManifest>, notes: ReadonlyMap<string, SourceNote>): Loader {
  const programs = new Map(
    [...notes.values()].flatMap((note) => note.programs.map(({ url, digest }) => [insideUrl(url.value), digest.value])),
  );
  return {
    // The program itself stayed behind.
    digest: async (url) => programs.get(insideUrl(url)),
    async load(url): Promise<LoadResult> {
      const key = manifests.has(url) ? url : url.replace(/^bundle:/, 'file:');
      const found = manifests.get(key);
      if (!found) return notHeld;
      const note = notes.get(key);
      const inlined = note?.files.map((file) => ({ url: file.url.value, digest: file.digest.value })) ?? [];
      return {
        ok: true,
        value: { url: insideUrl(note?.loaded ?? url), bytes: found.bytes, format: 'json5', inlined },
      };
    },
  };
}

const notHeld: LoadResult = {
  ok: false,
  failure: {
    kind: 'not-found',
    message: 'the bundle does not hold it, and nothing else is read for a bundle',
    help: 'write the bundle anew with `headgate compile SCENARIO --emit bundle=DIR`',
  },
};
