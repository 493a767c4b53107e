import { digestOf } from '../../base/digest.ts';
import type { Loader } from '../../ports/loader.ts';

/** Another loader with some files held in memory instead: standard input, and the unsaved texts of an editor. */
export function createOverlayLoader(below: Loader, files: ReadonlyMap<string, Uint8Array>): Loader {
  return {
    async load(url, limits) {
      const bytes = files.get(url);
      if (!bytes) return below.load(url, limits);
      if (bytes.length <= limits.maxBytes) return { ok: true, value: { url, bytes } };
      return { ok: false, failure: { kind: 'too-large', message: `it has more than ${limits.maxBytes} bytes` } };
    },
    async digest(url, limits) {
      const bytes = files.get(url);
      if (!bytes) return below.digest?.(url, limits);
      return bytes.length <= limits.maxBytes ? digestOf(bytes) : undefined;
    },
  };
}
