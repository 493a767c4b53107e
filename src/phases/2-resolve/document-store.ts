/** Documents that were read, by URL: one store may serve many compiles whose names are relative to the same folder. */
import { displayName } from '../../language/urls.ts';
import type { LoadResult } from '../../ports/loader.ts';
import type { Document } from './document.ts';
import { defaultLimits } from './limits.ts';
import { createPool } from './pool.ts';
import { readDocument } from './read-document.ts';
import type { Read, ReadContext, StoreContext } from './store-context.ts';

export type { Document } from './document.ts';

export interface DocumentStore {
  /** URL of the folder that names are relative to; ends with `/`. */
  readonly baseDir: string;
  /** The same for the same URL, which must be normal (`normalUrl`): the document, once it is there. */
  readonly get: (url: string) => Document | Promise<Document>;
  /** The document when it is there already; nothing is read. */
  readonly peek: (url: string) => Document | undefined;
  /** Waits for what is under way. */
  readonly settled: () => Promise<void>;
}

export function createDocumentStore(ctx: StoreContext): DocumentStore {
  const { baseDir, loader, recall } = ctx;
  const { concurrency, maxBytes } = { ...defaultLimits, ...ctx.limits };
  const pool = createPool(concurrency);
  const results = new Map<string, LoadResult | Promise<LoadResult>>();
  const read: Read = (url) => {
    const known = results.get(url);
    if (known) return known;
    const result = loader.loadAtOnce?.(url, { maxBytes }) ?? pool(() => loader.load(url, { maxBytes }));
    results.set(url, result);
    return result;
  };

  const reading: ReadContext = { read, maxBytes, ...ctx };
  const documents = new Map<string, Document | Promise<Document>>();
  const flying = new Set<Promise<Document>>();
  const fly = (url: string, document: Promise<Document>): void => {
    flying.add(document);
    const landed = (made: Document | Promise<Document>): void => {
      documents.set(url, made);
      flying.delete(document);
    };
    // The walk awaits it too and meets the fault there; here it only must not go unhandled.
    document.then(landed, () => landed(document));
  };
  const get = (url: string): Document | Promise<Document> => {
    const known = documents.get(url);
    if (known) return known;
    const make = (through: ReadContext): Document | Promise<Document> =>
      readDocument(url, displayName(url, baseDir), through);
    const document = recall
      ? recall(`${baseDir} ${url}`, read, (through) => make({ ...reading, read: through }))
      : make(reading);
    documents.set(url, document);
    if (document instanceof Promise) fly(url, document);
    return document;
  };

  return {
    baseDir,
    get,
    peek: (url) => {
      const known = documents.get(url);
      return known instanceof Promise ? undefined : known;
    },
    settled: async () => {
      await Promise.allSettled(flying);
    },
  };
}
