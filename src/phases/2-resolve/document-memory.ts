/**
 * Documents of earlier compiles in the same process. Every file is read again each time, and a document is taken from here only where each
 * file that it was made of has the very bytes that it had: what was kept can be too old for nobody.
 */
import type { LoadResult } from '../../ports/loader.ts';
import type { Document } from './document.ts';
import type { Read, Recall } from './store-context.ts';

export interface DocumentMemory {
  /** What a store asks. */
  readonly recall: Recall;
  /** Of all texts that are kept. */
  readonly bytes: () => number;
  readonly clear: () => void;
}

interface Kept {
  readonly document: Document;
  /** In the order in which they were read, the manifest first. */
  readonly files: readonly { readonly asked: string; readonly url: string; readonly bytes: Uint8Array }[];
  readonly bytes: number;
}

/** `maxBytes` of texts are kept, the oldest go first; what is made of a text takes several times as much. */
export function createDocumentMemory(maxBytes: number): DocumentMemory {
  const known = new Map<string, Kept>();
  let total = 0;
  const drop = (key: string): void => {
    total -= known.get(key)?.bytes ?? 0;
    known.delete(key);
  };
  const keep = (key: string, kept: Kept): void => {
    drop(key);
    if (kept.bytes > maxBytes) return;
    known.set(key, kept);
    total += kept.bytes;
    for (const oldest of known.keys()) {
      if (total <= maxBytes) break;
      drop(oldest);
    }
  };
  return {
    async recall(key, read, make) {
      const kept = known.get(key);
      if (kept && (await isAsItWas(kept, read))) {
        keep(key, kept);
        return kept.document;
      }
      const results: [string, LoadResult][] = [];
      const document = await make(async (url) => {
        const result = await read(url);
        results.push([url, result]);
        return result;
      });
      const files = results.flatMap(([asked, result]) =>
        result.ok && result.value.format === undefined && (result.value.inlined ?? []).length === 0
          ? { asked, url: result.value.url, bytes: Uint8Array.from(result.value.bytes) }
          : [],
      );
      // Why something cannot be read depends on more than on files.
      if (files.length < results.length || files.length === 0) drop(key);
      else keep(key, { document, files, bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) });
      return document;
    },
    bytes: () => total,
    clear: () => {
      known.clear();
      total = 0;
    },
  };
}

/** One after the other: which further files there are is said by the first. */
async function isAsItWas({ files }: Kept, read: Read): Promise<boolean> {
  for (const { asked, url, bytes } of files) {
    const result = await read(asked);
    if (!result.ok) return false;
    const { value } = result;
    const isPlain = value.format === undefined && (value.inlined ?? []).length === 0;
    if (!isPlain || value.url !== url || Buffer.compare(value.bytes, bytes) !== 0) return false;
  }
  return true;
}
