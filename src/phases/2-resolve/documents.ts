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
    const open = [document];
    // What is there already is followed here, and a chain of it may be long.
    for (let next = open.pop(); next; next = open.pop()) {
      const digest = next.loaded?.manifest.digest;
      // A digest that was there before may be a circle of ever longer URLs (a link to its own folder): left to the walk.
      if (closed || digest === undefined || seen.has(digest)) continue;
      seen.add(digest);
      for (const reference of next.references) {
        const key = reference.ref.digest ? `${reference.url} ${reference.ref.digest.value}` : reference.url;
        if (asked.has(key)) continue;
        asked.add(key);
        const child = store.get(reference.url);
        // What a pinned reference did not ask for is not followed.
        if (!(child instanceof Promise)) {
          if (pinHolds(reference, child)) open.push(child);
        } else child.then((found) => (pinHolds(reference, found) ? prefetch(found) : undefined)).catch(() => {});
      }
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
