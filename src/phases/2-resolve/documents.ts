import { digestOf } from '../../base/digest.ts';
import type { SourceText } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createSink } from '../../diagnostics/sink.ts';
import type { LoadedManifest } from '../../ir/tree.ts';
import type { LoadFailure, LoadResult } from '../../ports/loader.ts';
import type { ResolveContext } from './context.ts';
import type { ResolveLimits } from './limits.ts';
import { createPool } from './pool.ts';
import { type Reference, referencesOf } from './references.ts';
import { loadSidecars } from './sidecars.ts';
import { displayName } from './urls.ts';

/** What came of one URL. Diagnostics wait here until the walk meets the document, so their order is not that of loading. */
export interface Document {
  readonly display: string;
  readonly failure?: LoadFailure;
  readonly source?: SourceText;
  /** Display name → digest of the bytes, of the manifest and its sidecars. */
  readonly digests: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when the text is no manifest; an error says why. */
  readonly loaded?: LoadedManifest;
  readonly references: readonly Reference[];
}

export interface Documents {
  /** The same promise for the same URL. */
  readonly get: (url: string) => Promise<Document>;
  /** The document when it is there already. */
  readonly peek: (url: string) => Document | undefined;
  /** Loads what the document refers to, and so on, without being waited for. */
  readonly prefetch: (document: Document) => void;
  /** Stops the prefetch and waits for what is under way. */
  readonly close: () => Promise<void>;
}

export function createDocuments(baseDir: string, ctx: ResolveContext, limits: ResolveLimits): Documents {
  const pool = createPool(limits.concurrency);
  const bytes = new Map<string, Promise<LoadResult>>();
  const read = (url: string): Promise<LoadResult> => {
    const known = bytes.get(url);
    if (known) return known;
    const result = pool(() => ctx.loader.load(url, { maxBytes: limits.maxBytes }));
    bytes.set(url, result);
    return result;
  };

  const pending = new Map<string, Promise<Document>>();
  const settled = new Map<string, Document>();
  const get = (url: string): Promise<Document> => {
    const known = pending.get(url);
    if (known) return known;
    const document = readDocument(url, displayName(url, baseDir), { ...ctx, baseDir, read, maxBytes: limits.maxBytes });
    pending.set(url, document);
    // The walk awaits it too and meets the fault there; here it only must not go unhandled.
    document.then((value) => settled.set(url, value)).catch(() => {});
    return document;
  };

  const seen = new Set<string>();
  const asked = new Set<string>();
  let closed = false;
  const prefetch = (document: Document): void => {
    const digest = document.loaded?.manifest.digest;
    // A digest that was there before may be a circle of ever longer URLs (a link to its own folder): left to the walk.
    if (closed || digest === undefined || seen.has(digest)) return;
    seen.add(digest);
    for (const reference of document.references) {
      const key = `${reference.url} ${reference.ref.digest?.value ?? ''}`;
      if (asked.has(key)) continue;
      asked.add(key);
      get(reference.url)
        .then((child) => {
          // What a pinned reference did not ask for is not followed.
          if (pinHolds(reference, child)) prefetch(child);
        })
        .catch(() => {});
    }
  };

  return {
    get,
    peek: (url) => settled.get(url),
    prefetch,
    close: async () => {
      closed = true;
      await Promise.allSettled(pending.values());
    },
  };
}

/** False when the document has another digest than the reference pins. A malformed pin is phase 1's to report. */
export function pinHolds(reference: Reference, { loaded }: Document): boolean {
  const pin = reference.ref.digest?.value;
  if (pin === undefined || !loaded || !/^sha256:[A-Za-z0-9+/]{43}=$/.test(pin)) return true;
  return pin === loaded.manifest.digest;
}

export interface ReadContext extends Omit<ResolveContext, 'sink'> {
  readonly baseDir: string;
  readonly maxBytes: number;
  readonly read: (url: string) => Promise<LoadResult>;
}

async function readDocument(requested: string, display: string, ctx: ReadContext): Promise<Document> {
  const nothing = { display, references: [] };
  const result = await ctx.read(requested);
  if (!result.ok) return { ...nothing, failure: result.failure, digests: new Map(), diagnostics: [] };
  const { bytes, url } = result.value;
  const digests = new Map([[display, digestOf(bytes)]]);
  const sink = createSink();
  const { diagnostics } = sink;
  const source = ctx.parser.text(display, bytes, sink);
  if (!source) return { ...nothing, digests, diagnostics };
  await ctx.prepare(display);
  const root = ctx.parser.syntax(source, sink);
  if (!root) return { ...nothing, source, digests, diagnostics };
  const sidecars = await loadSidecars(ctx.parser.fileRefs(root), { display, url }, sink, ctx);
  for (const [name, digest] of sidecars.digests) digests.set(name, digest);
  const manifest = ctx.parser.decode(source, root, sidecars.texts, sink);
  if (!manifest) return { ...nothing, source, digests, diagnostics };
  ctx.check(manifest, sink);
  const references = referencesOf(manifest, url, sink);
  return { display, source, digests, diagnostics, loaded: { manifest, url, display }, references };
}
