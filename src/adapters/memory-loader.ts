import type { Loader } from '../ports/loader.ts';

export interface MemoryLoaderOptions {
  /** Awaited before a file is handed out: tests choose the order of completion with it. */
  readonly order?: (url: string) => Promise<void>;
  /** Where a URL is really loaded from. */
  readonly redirects?: ReadonlyMap<string, string>;
}

/** Files held in memory, by absolute URL. For tests, and for editors that hold unsaved text. */
export function createMemoryLoader(
  files: ReadonlyMap<string, string | Uint8Array>,
  options: MemoryLoaderOptions = {},
): Loader {
  const encoder = new TextEncoder();
  return {
    async load(requested, { maxBytes }) {
      await options.order?.(requested);
      const url = options.redirects?.get(requested) ?? requested;
      const file = files.get(url);
      if (file === undefined) {
        return { ok: false, failure: { kind: 'not-found', message: 'there is no such file' } };
      }
      const bytes = typeof file === 'string' ? encoder.encode(file) : file;
      if (bytes.length > maxBytes) {
        return { ok: false, failure: { kind: 'too-large', message: `it has more than ${maxBytes} bytes` } };
      }
      return { ok: true, value: { url, bytes } };
    },
  };
}
