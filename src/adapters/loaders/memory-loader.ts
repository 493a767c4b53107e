import { digestOf } from '../../base/digest.ts';
import type { Loader, LoadFailure } from '../../ports/loader.ts';

export interface MemoryLoaderOptions {
  /** Awaited before a file is handed out: tests choose the order of completion with it. */
  readonly order?: (url: string) => Promise<void>;
  /** Where a URL is really loaded from. */
  readonly redirects?: ReadonlyMap<string, string>;
}

/** Contents by absolute URL. */
export type MemoryFiles = ReadonlyMap<string, string | Uint8Array> | Readonly<Record<string, string | Uint8Array>>;

/** Files held in memory, by absolute URL. For tests, and for editors that hold unsaved text. */
export function createMemoryLoader(files: MemoryFiles, options: MemoryLoaderOptions = {}): Loader {
  if (typeof files !== 'object' || files === null)
    throw new TypeError('createMemoryLoader: give a Map, or an object, of texts by absolute URL');
  const encoder = new TextEncoder();
  // A map is looked into when a file is asked for, so that its owner may go on changing it.
  const live = files instanceof Map ? files : undefined;
  const known: ReadonlyMap<string, string | Uint8Array> = live ?? new Map(Object.entries(files));
  // How many files there were when all their names were URLs: a scenario with many faults does not look at all names for each.
  let sound = 0;
  const noUrl = (): string | undefined => {
    if (known.size === sound) return undefined;
    const found = [...known.keys()].find((name) => !URL.canParse(name));
    if (found === undefined) sound = known.size;
    return found;
  };
  return {
    async load(requested, { maxBytes }) {
      await options.order?.(requested);
      const url = options.redirects?.get(requested) ?? requested;
      const file = known.get(url);
      if (file === undefined) return { ok: false, failure: notFound(url, known.size, noUrl()) };
      if (typeof file !== 'string' && !(file instanceof Uint8Array))
        return { ok: false, failure: { kind: 'unreadable', message: 'it is neither a text nor a Uint8Array' } };
      const bytes = typeof file === 'string' ? encoder.encode(file) : file;
      if (bytes.length > maxBytes) {
        return { ok: false, failure: { kind: 'too-large', message: `it has more than ${maxBytes} bytes` } };
      }
      return { ok: true, value: { url, bytes } };
    },
    async digest(requested, { maxBytes }) {
      await options.order?.(requested);
      const file = known.get(options.redirects?.get(requested) ?? requested);
      const isFile = typeof file === 'string' || file instanceof Uint8Array;
      return isFile && Buffer.byteLength(file) <= maxBytes ? digestOf(file) : undefined;
    },
  };
}

/** A program that holds nothing, or something under a path, made a slip; a manifest that names what is not there has its own message. */
function notFound(url: string, count: number, path: string | undefined): LoadFailure {
  const failure = { kind: 'not-found', message: 'there is no such file' } as const;
  if (count === 0) return { ...failure, help: `the memory loader holds no file; give it one under \`${url}\`` };
  if (path === undefined) return failure;
  return {
    ...failure,
    help: `the memory loader knows files by absolute URL, such as \`${url}\`, and \`${path}\` is none`,
  };
}
