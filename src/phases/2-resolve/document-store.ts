/** Documents that were read, by URL: one store may serve many compiles whose names are relative to the same folder. */
import { digestOf } from '../../base/digest.ts';
import { createSink } from '../../diagnostics/sink.ts';
import type { TreeDocument } from '../../ir/tree.ts';
import { loadMetaschema } from '../../language/schema/metaschema.ts';
import { displayName } from '../../language/urls.ts';
import type { LoadResult } from '../../ports/loader.ts';
import { claimsToBeManifest, looksLikeManifest, mentionsOf, wordsThatName } from './claims.ts';
import type { Document } from './document.ts';
import { defaultLimits } from './limits.ts';
import { createPool } from './pool.ts';
import { referencesOf } from './references.ts';
import { loadSidecars } from './sidecars.ts';
import type { ReadContext, StoreContext } from './store-context.ts';
import { hidden, mentionsVersion, withoutWords } from './unshown.ts';

export type { Document } from './document.ts';

export interface DocumentStore {
  /** URL of the folder that names are relative to; ends with `/`. */
  readonly baseDir: string;
  /** The same promise for the same URL, which must be normal (`normalUrl`). */
  readonly get: (url: string) => Promise<Document>;
  /** The document when it is there already. */
  readonly peek: (url: string) => Document | undefined;
  /** Waits for what is under way. */
  readonly settled: () => Promise<void>;
}

export function createDocumentStore(ctx: StoreContext): DocumentStore {
  const { baseDir, loader, recall } = ctx;
  const { concurrency, maxBytes } = { ...defaultLimits, ...ctx.limits };
  const pool = createPool(concurrency);
  const bytes = new Map<string, Promise<LoadResult>>();
  const read = (url: string): Promise<LoadResult> => {
    const known = bytes.get(url);
    if (known) return known;
    const result = pool(() => loader.load(url, { maxBytes }));
    bytes.set(url, result);
    return result;
  };

  const pending = new Map<string, Promise<Document>>();
  const flying = new Set<Promise<Document>>();
  const done = new Map<string, Document>();
  const get = (url: string): Promise<Document> => {
    const known = pending.get(url);
    if (known) return known;
    const make = (through: typeof read): Promise<Document> =>
      readDocument(url, displayName(url, baseDir), { read: through, maxBytes, ...ctx });
    const document = recall ? recall(`${baseDir} ${url}`, read, make) : make(read);
    pending.set(url, document);
    // The walk awaits it too and meets the fault there; here it only must not go unhandled.
    flying.add(document);
    const landed = (value?: Document): void => {
      if (value) done.set(url, value);
      flying.delete(document);
    };
    document.then(landed, () => landed());
    return document;
  };

  return {
    baseDir,
    get,
    peek: (url) => done.get(url),
    settled: async () => {
      await Promise.allSettled(flying);
    },
  };
}

async function readDocument(requested: string, display: string, ctx: ReadContext): Promise<Document> {
  const { isShown = true, ...document } = await readAll(requested, display, ctx);
  if (isShown || !document.source) return document;
  return { ...document, source: hidden(document.source), diagnostics: withoutWords(document.diagnostics) };
}

async function readAll(
  requested: string,
  display: string,
  ctx: ReadContext,
): Promise<Document & { readonly isShown?: boolean }> {
  const nothing = { display, references: [], claims: true, mentions: [] };
  const result = await ctx.read(requested);
  if (!result.ok) return { ...nothing, failure: result.failure, digests: new Map(), diagnostics: [] };
  const { bytes, url, format, inlined = [] } = result.value;
  const digests = new Map([[display, digestOf(bytes)]]);
  const sink = createSink();
  const { diagnostics } = sink;
  const text = ctx.parser.text(display, bytes, sink);
  const source = text && format ? { ...text, format } : text;
  if (!source) return { ...nothing, digests, diagnostics };
  const root = (await ctx.prepare(source)) ?? ctx.parser.syntax(source, sink);
  if (!root) {
    const isShown = mentionsVersion(source.text);
    return { ...nothing, source, digests, diagnostics, guesses: wordsThatName(source.text, url), isShown };
  }
  const claims = claimsToBeManifest(root);
  const like = claims ? undefined : looksLikeManifest(root);
  const alike = like === undefined ? {} : { alike: like };
  const isShown = claims || like !== undefined;
  const sidecars = await loadSidecars(ctx.parser.fileRefs(root), { display, url }, sink, ctx);
  for (const [name, digest] of sidecars.digests) digests.set(name, digest);
  for (const file of inlined) digests.set(displayName(file.url, ctx.baseDir), file.digest);
  const whole = ctx.parser.decode(source, root, sidecars.texts, sink);
  // What is left of a manifest with faults is checked too, and what it refers to: all problems are told in one go.
  const manifest = whole ?? ctx.parser.salvage(source, root, sidecars.texts);
  const mentions = whole ? [] : mentionsOf(root, url);
  if (!manifest) return { ...nothing, source, digests, diagnostics, claims, isShown, ...alike, mentions };
  if (manifest.configSchema) await loadMetaschema();
  ctx.check(manifest, sink);
  const known = referencesOf(manifest, url, sink);
  // Nothing is fetched on behalf of a manifest with faults.
  const references = whole ? known : known.filter((reference) => !/^https?:/.test(reference.url));
  const loaded = { manifest, url, display };
  const record: TreeDocument = {
    requested,
    loaded,
    references: references.map((reference) => ({ text: reference.ref.url.value, url: reference.url })),
    sidecars: sidecars.texts,
    inlined,
  };
  return { display, source, digests, diagnostics, claims, isShown, mentions, loaded, record, references, ...alike };
}
