import { join } from 'node:path';
import { digestOf } from '../../base/digest.ts';
import { at } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/bundle.ts';
import { createSink, type Sink } from '../../diagnostics/sink.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import {
  digestOfFileName,
  indexName,
  manifestFileName,
  manifestsFolder,
  sourcesName,
} from '../../language/bundle/format.ts';
import type { BundleIndex } from '../../language/bundle/index-file.ts';
import type { Pair, Told } from '../../language/bundle/report.ts';
import type { SourceNote } from '../../language/bundle/sources-file.ts';
import { fileRefs } from '../../language/decode/file-refs.ts';
import { decodeManifest } from '../../language/decode/manifest.ts';
import { maxManifestBytes } from '../../language/syntax/limits.ts';
import { parseSyntax } from '../../language/syntax/parse.ts';
import { listFolder, readBundleFile } from './bundle-files.ts';

export interface BundledManifest {
  readonly bytes: Uint8Array;
  /** Path as messages name it. */
  readonly shown: string;
}

interface Place {
  readonly folder: string;
  readonly shown: string;
  readonly sink: Sink;
}

/** A manifest of a bundle holds the files that its program refers to as well. */
const maxBytes = 8 * maxManifestBytes;
/** Of all manifests together: they are held in memory. */
const maxTotal = 1 << 30;

/** One file of `manifests/`. */
interface Content {
  readonly file: BundledManifest;
  /** Undefined for a text that is no whole manifest; loading it will tell why. */
  readonly digest: string | undefined;
  readonly root: SyntaxNode | undefined;
}

/** Every manifest by the URL it is requested by, verified; undefined after an error. */
export async function readManifests(
  index: BundleIndex,
  notes: ReadonlyMap<string, SourceNote>,
  place: Place,
): Promise<ReadonlyMap<string, BundledManifest> | undefined> {
  const names = await listFolder(join(place.folder, manifestsFolder));
  if ('reason' in names) {
    const path = join(place.shown, manifestsFolder);
    place.sink.report(D.bundleUnreadable({ path, reason: names.reason }, {}));
    return undefined;
  }
  const shelf = createShelf(place, names);
  const found = new Map<string, BundledManifest>();
  for (const [url, request] of index.requests) {
    const note = notes.get(url);
    const content = await find(shelf, request, note?.text, place);
    if (!content) continue;
    found.set(url, content.file);
    checkFiles(content, request.url.value, note, place);
  }
  return place.sink.hasErrors ? undefined : found;
}

interface Shelf {
  readonly names: readonly string[];
  /** By the digest that the name tells. */
  readonly byName: ReadonlyMap<string, string>;
  readonly read: (name: string) => Promise<Content | { readonly reason: string }>;
  /** Digests that were complained about. */
  readonly told: Set<string>;
}

function createShelf(place: Place, names: readonly string[]): Shelf {
  let total = 0;
  const pending = new Map<string, ReturnType<Shelf['read']>>();
  const byName = new Map<string, string>();
  for (const name of names) {
    const digest = digestOfFileName(name);
    if (digest !== undefined && !byName.has(digest)) byName.set(digest, name);
  }
  const load = async (name: string): ReturnType<Shelf['read']> => {
    const read = await readBundleFile(join(place.folder, manifestsFolder, name), maxBytes);
    if (!('bytes' in read)) return read;
    total += read.bytes.length;
    if (total > maxTotal) return { reason: `the manifests together have more than ${maxTotal / 1_048_576} MiB` };
    return contentOf(read.bytes, join(place.shown, manifestsFolder, name));
  };
  const read = (name: string): ReturnType<Shelf['read']> => {
    const known = pending.get(name) ?? load(name);
    pending.set(name, known);
    return known;
  };
  return { names, byName, read, told: new Set() };
}

function contentOf(bytes: Uint8Array, shown: string): Content {
  const file = { bytes, shown };
  const sink = createSink();
  const source = sourceOf(bytes, shown);
  const root = source && parseSyntax(source, sink);
  // The digest covers the texts of files, and a bundle has none.
  if (!root || fileRefs(root).length > 0) return { file, digest: undefined, root };
  return { file, digest: decodeManifest(source, root, new Map(), sink)?.digest, root };
}

function sourceOf(bytes: Uint8Array, file: string): SourceText | undefined {
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), format: 'json5' };
  } catch {
    return undefined;
  }
}

async function find(shelf: Shelf, request: Pair, named: Told | undefined, place: Place): Promise<Content | undefined> {
  const { url, digest } = request;
  const { sink } = place;
  const index = join(place.shown, indexName);
  const name = named?.value ?? shelf.byName.get(digest.value) ?? (await byContent(shelf, digest.value));
  const key = `${digest.value} ${named?.value ?? ''}`;
  const told = shelf.told.has(key);
  const tell = (report: () => void): undefined => {
    shelf.told.add(key);
    if (!told) report();
  };
  const here = { at: at(index, digest.range), label: 'asked for here' };
  if (name === undefined || !shelf.names.includes(name)) {
    const file = join(place.shown, manifestsFolder, name ?? manifestFileName(digest.value));
    const args = { url: url.value, digest: digest.value, file };
    return tell(() => sink.report(D.bundleMissingManifest(args, here)));
  }
  const content = await shelf.read(name);
  if ('reason' in content) {
    const path = join(place.shown, manifestsFolder, name);
    return tell(() => sink.report(D.bundleUnreadable({ path, reason: content.reason }, here)));
  }
  if (content.digest === undefined || content.digest === digest.value) return content;
  const args = { url: url.value, file: content.file.shown, expected: digest.value, actual: content.digest };
  return tell(() => sink.report(D.bundleDigestMismatch(args, here)));
}

/** Whatever the file is called. */
async function byContent(shelf: Shelf, digest: string): Promise<string | undefined> {
  for (const name of shelf.names) {
    if (digestOfFileName(name) !== undefined) continue;
    const content = await shelf.read(name);
    if ('digest' in content && content.digest === digest) return name;
  }
  return undefined;
}

/** What is said of files becomes part of the plan, so it must be true: the text stands in the program, to the letter. */
function checkFiles(content: Content, url: string, note: SourceNote | undefined, place: Place): void {
  if (!note || note.files.length === 0 || !content.root) return;
  const texts = new Set<string>();
  if (content.root.kind === 'object')
    for (const entry of content.root.entries) if (entry.key === 'program') addTexts(entry.value, texts);
  for (const file of note.files) {
    if (texts.has(file.digest.value)) continue;
    const message = `no text in the program of \`${url}\` has this digest, which \`${file.url.value}\` is said to have`;
    const where = { at: at(join(place.shown, sourcesName), file.digest.range) };
    place.sink.report(D.bundleInvalid({ path: '.', message }, where));
  }
}

/** Nesting is bounded by the parser. */
function addTexts(node: SyntaxNode, texts: Set<string>): void {
  if (node.kind === 'string') texts.add(digestOf(node.value));
  else if (node.kind === 'array') for (const item of node.items) addTexts(item, texts);
  else if (node.kind === 'object') for (const entry of node.entries) addTexts(entry.value, texts);
}
