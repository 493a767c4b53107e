/**
 * One document: read, parsed, decoded, checked. Most are files that are read at once, and nothing in here waits for what is there: where
 * there are thousands of documents, a promise for each step of each would keep alive what the steps have made.
 */
import { whenThere } from '../../base/when-there.ts';
import { createSink, type Sink } from '../../diagnostics/sink.ts';
import type { Manifest } from '../../ir/manifest.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { loadMetaschema } from '../../language/schema/metaschema.ts';
import { displayName } from '../../language/urls.ts';
import type { Loaded, LoadResult } from '../../ports/loader.ts';
import { claimsToBeManifest, looksLikeManifest, mentionsOf, wordsThatName } from './claims.ts';
import type { Document } from './document.ts';
import { type Reference, referencesOf } from './references.ts';
import { loadSidecars, type Sidecars } from './sidecars.ts';
import type { ReadContext } from './store-context.ts';
import { hidden, mentionsVersion, withoutWords } from './unshown.ts';

/** What the steps of one document hand on. */
interface Reading {
  readonly requested: string;
  readonly display: string;
  readonly sink: Sink;
  readonly ctx: ReadContext;
}

type Made = Document | Promise<Document>;
type Source = NonNullable<Document['source']>;

const none: readonly never[] = [];
const noDigests: ReadonlyMap<string, string> = new Map();

export function readDocument(requested: string, display: string, ctx: ReadContext): Made {
  const reading = { requested, display, sink: createSink(), ctx };
  return whenThere(ctx.read(requested), (result) => parse(result, reading));
}

const without = ({ display, sink: { diagnostics } }: Reading): Document => ({
  display,
  claims: true,
  mentions: none,
  digests: noDigests,
  diagnostics,
  references: none,
});

function parse(result: LoadResult, reading: Reading): Made {
  if (!result.ok) return { ...without(reading), failure: result.failure };
  const { parser, prepare } = reading.ctx;
  const { bytes, format } = result.value;
  const text = parser.text(reading.display, bytes, reading.sink);
  if (!text) return without(reading);
  const source = format ? { ...text, format } : text;
  return whenThere(prepare(source), (quick) => {
    const root = quick ?? parser.syntax(source, reading.sink);
    return root ? decode(result.value, source, root, reading) : unparsed(result.value, source, reading);
  });
}

function unparsed({ url }: Loaded, source: Source, reading: Reading): Document {
  const document = { ...without(reading), source, guesses: wordsThatName(source.text, url) };
  return mentionsVersion(source.text) ? document : unshown(document);
}

function decode(loaded: Loaded, source: Source, root: SyntaxNode, reading: Reading): Made {
  const { display, sink, ctx } = reading;
  const sidecars = loadSidecars(ctx.parser.fileRefs(root), { display, url: loaded.url }, sink, ctx);
  return whenThere(sidecars, (found) => {
    const whole = ctx.parser.decode(source, root, found.texts, sink);
    // What is left of a manifest with faults is checked too, and what it refers to: all problems are told in one go.
    const manifest = whole ?? ctx.parser.salvage(source, root, found.texts);
    const made = (): Document => show(root, documentOf(manifest, { loaded, source, root, found, reading }));
    return manifest?.configSchema ? whenThere(loadMetaschema(), made) : made();
  });
}

interface Parts {
  readonly loaded: Loaded;
  readonly source: Source;
  readonly root: SyntaxNode;
  readonly found: Sidecars;
  readonly reading: Reading;
}

function documentOf(manifest: Manifest | undefined, { loaded: from, source, root, found, reading }: Parts): Document {
  const { requested, display, sink, ctx } = reading;
  const { url, inlined = none } = from;
  const digests = inlined.length === 0 ? found.digests : withInlined(found.digests, inlined, ctx.baseDir);
  const isWhole = manifest !== undefined && !manifest.damaged;
  const claims = claimsToBeManifest(root);
  const mentions = isWhole ? none : mentionsOf(root, url);
  const { diagnostics } = sink;
  if (!manifest) return { display, source, claims, mentions, digests, diagnostics, references: none };
  ctx.check(manifest, sink);
  const known = referencesOf(manifest, url, sink);
  // Nothing is fetched on behalf of a manifest with faults.
  const references = isWhole ? known : known.filter((reference) => !/^https?:/.test(reference.url));
  const loaded = { manifest, url, display };
  const record = { requested, loaded, references: references.map(recordOf), sidecars: found.texts, inlined };
  return { display, source, claims, mentions, digests, diagnostics, loaded, record, references };
}

const recordOf = ({ ref, url }: Reference): { readonly text: string; readonly url: string } => ({
  text: ref.url.value,
  url,
});

const withInlined = (
  digests: ReadonlyMap<string, string>,
  inlined: NonNullable<Loaded['inlined']>,
  baseDir: string,
): ReadonlyMap<string, string> =>
  new Map([...digests, ...inlined.map(({ url, digest }) => [displayName(url, baseDir), digest] as const)]);

/** Of what neither claims to be a manifest nor looks like one, no word is shown. */
function show(root: SyntaxNode, document: Document): Document {
  if (document.claims) return document;
  const alike = looksLikeManifest(root);
  return alike === undefined ? unshown(document) : { ...document, alike };
}

const unshown = (document: Document): Document =>
  document.source
    ? { ...document, source: hidden(document.source), diagnostics: withoutWords(document.diagnostics) }
    : document;
