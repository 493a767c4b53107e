/**
 * Phase 2: from the URL of the root manifest to the tree of all instances, and with it phases 1 and 3 for every manifest, since a
 * manifest must be read to know which others to load.
 *
 * In: the root's URL and the folder that names are relative to. Out: the tree, all texts, and the digests of all bytes read.
 * Documents load concurrently and run ahead (`documents.ts`); one walk in a fixed order builds the instances and does all the
 * reporting (`walk.ts`). Invariants: a URL is read once; the order of loading shows nowhere; nothing recurses along the tree; a
 * place with an error has no node, so a tree is whole only when no error was reported.
 */
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/resolve.ts';
import type { ManifestTree } from '../../ir/tree.ts';
import { displayName, normalUrl } from '../../language/urls.ts';
import type { ResolveContext } from './context.ts';
import { createDocumentStore, type Document } from './document-store.ts';
import { createDocuments } from './documents.ts';
import { defaultLimits } from './limits.ts';
import { buildTree, meet, type Walk } from './walk.ts';

export type { ResolveContext } from './context.ts';
export type { Document, DocumentStore } from './document-store.ts';
export type { ResolveLimits } from './limits.ts';

export interface ResolveInput {
  /** Absolute URL of the root manifest. */
  readonly url: string;
  /** URL of the folder that names are relative to; ends with `/`. That of the store counts where one is given. */
  readonly baseDir: string;
}

/** Undefined, after an error, when the root is not a manifest or the tree is too large. */
export async function resolveTree(input: ResolveInput, ctx: ResolveContext): Promise<ManifestTree | undefined> {
  if (!URL.canParse(input.url)) {
    ctx.sink.report(
      D.rootNotLoaded(
        { input: input.url, reason: 'it is not a URL' },
        { help: 'give an absolute URL; of a path it is `pathToFileURL(path).href`' },
      ),
    );
    return undefined;
  }
  const limits = { ...defaultLimits, ...ctx.limits };
  const store = ctx.store ?? createDocumentStore({ ...ctx, baseDir: input.baseDir });
  const documents = createDocuments(store);
  // The caller may hand in its own map, to have the texts also when there is no tree.
  const sources = (ctx.sources ?? new Map()) as Map<string, SourceText>;
  const walk: Walk = { documents, sink: ctx.sink, limits, sources, digests: new Map(), records: [] };
  try {
    const start = await documents.get(normalUrl(new URL(input.url)));
    if (!start.loaded) {
      reportRoot(start, displayName(input.url, store.baseDir), walk);
      return undefined;
    }
    documents.prefetch(start);
    const root = await buildTree(start, start.loaded, walk);
    // What is left of a root with faults was walked to check what it refers to; there is nothing to link.
    if (start.loaded.manifest.damaged) return undefined;
    return root && { root, sources, sidecars: walk.digests, documents: walk.records };
  } finally {
    await documents.close();
  }
}

/** There is no text to point into when the root cannot be read. */
function reportRoot(start: Document, input: string, walk: Walk): void {
  const { failure } = start;
  if (failure?.kind === 'too-large') {
    walk.sink.report(D.tooLarge({ what: `the scenario \`${input}\``, limit: walk.limits.maxBytes }, {}));
  } else if (failure) {
    walk.sink.report(D.rootNotLoaded({ input, reason: failure.message }, { help: failure.help }));
  } else {
    meet(start, { ...walk, met: new Set() });
  }
}
