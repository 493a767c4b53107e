/** The documents of one compile: those of a store, and loading ahead of the walk. */
import type { Document, DocumentStore } from './document-store.ts';
import type { Reference } from './references.ts';

export interface Documents extends Pick<DocumentStore, 'get' | 'peek'> {
  /** Loads what the document refers to, and so on, without being waited for. */
  readonly prefetch: (document: Document) => void;
  /** Stops the prefetch and waits for what is under way. */
  readonly close: () => Promise<void>;
}

export function createDocuments(store: DocumentStore): Documents {
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
      store
        .get(reference.url)
        .then((child) => {
          // What a pinned reference did not ask for is not followed.
          if (pinHolds(reference, child)) prefetch(child);
        })
        .catch(() => {});
    }
  };

  return {
    get: store.get,
    peek: store.peek,
    prefetch,
    close: async () => {
      closed = true;
      await store.settled();
    },
  };
}

/** False when the document has another digest than the reference pins. A malformed pin is phase 1's to report. */
export function pinHolds(reference: Reference, { loaded }: Document): boolean {
  const pin = reference.ref.digest?.value;
  // Of a manifest with faults nobody knows the digest.
  if (pin === undefined || !loaded || loaded.manifest.damaged || !/^sha256:[A-Za-z0-9+/]{43}=$/.test(pin)) return true;
  return pin === loaded.manifest.digest;
}
