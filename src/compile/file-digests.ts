import { digestOf } from '../base/digest.ts';
import type { Loader } from '../ports/loader.ts';

/** A larger file is not a program. */
const maxProgramBytes = 1024 * 1024 * 1024;
/** Where the loader holds a file in memory. */
const maxLoadedBytes = 64 * 1024 * 1024;

/** Digests of files by URL; undefined for one that cannot be read. */
export const fileDigests =
  (loader: Loader): ((url: string) => Promise<string | undefined>) =>
  async (url) => {
    if (loader.digest) return loader.digest(url, { maxBytes: maxProgramBytes });
    const result = await loader.load(url, { maxBytes: maxLoadedBytes });
    return result.ok ? digestOf(result.value.bytes) : undefined;
  };
