import { digestOf } from '../../base/digest.ts';
import type { Loader, LoadResult } from '../../ports/loader.ts';

/** Another loader with some files held in memory instead: standard input, and the unsaved texts of an editor. */
export function createOverlayLoader(below: Loader, files: ReadonlyMap<string, Uint8Array>): Loader {
  const held = (url: string, maxBytes: number): LoadResult | undefined => {
    const bytes = files.get(url);
    if (!bytes) return undefined;
    if (bytes.length <= maxBytes) return { ok: true, value: { url, bytes } };
    return { ok: false, failure: { kind: 'too-large', message: `it has more than ${maxBytes} bytes` } };
  };
  return {
    loadAtOnce: (url, limits) => held(url, limits.maxBytes) ?? below.loadAtOnce?.(url, limits),
    load: async (url, limits) => held(url, limits.maxBytes) ?? below.load(url, limits),
    async digest(url, limits) {
      const bytes = files.get(url);
      if (!bytes) return below.digest?.(url, limits);
      return bytes.length <= limits.maxBytes ? digestOf(bytes) : undefined;
    },
  };
}
