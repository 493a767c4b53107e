import type { Loader, LoadResult } from '../../ports/loader.ts';

/** Another loader that tells which URLs could be read, and which could not. */
export function createWatchedLoader(below: Loader, onAsked: (url: string, isThere: boolean) => void): Loader {
  const { digest } = below;
  const told = (url: string, result: LoadResult): LoadResult => {
    onAsked(url, result.ok);
    if (result.ok) for (const { url: inlined } of result.value.inlined ?? []) onAsked(inlined, true);
    return result;
  };
  return {
    loadAtOnce: (url, limits) => {
      const result = below.loadAtOnce?.(url, limits);
      return result && told(url, result);
    },
    load: async (url, limits) => told(url, await below.load(url, limits)),
    ...(digest
      ? {
          async digest(url, limits) {
            const found = await digest.call(below, url, limits);
            onAsked(url, found !== undefined);
            return found;
          },
        }
      : {}),
  };
}
