import { createLoader as createFullLoader, type LoaderOptions } from '../../adapters/loaders/loader.ts';
import type { Loader } from '../../ports/loader.ts';

/**
 * The loader of the command line: files and http(s), chosen by the scheme of the URL. Everything is asked for with `load`, so that a loader
 * which is made of this one with a `load` of its own is asked for each.
 */
export function createLoader(options?: LoaderOptions): Loader {
  const { loadAtOnce: _, ...loader } = createFullLoader(options);
  return loader;
}
