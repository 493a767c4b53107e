import type { Loader, LoadResult } from '../../ports/loader.ts';

/** Another loader that tells which URLs could be read, and which could not; and how long what was loaded is, in bytes. */
export function createWatchedLoader(
  below: Loader,
  onAsked: (url: string, isThere: boolean, bytes: number) => void,
): Loader {
  const { digest } = below;
  const told = (url: string, result: LoadResult): LoadResult => {
    onAsked(url, result.ok, result.ok ? result.value.bytes.length : 0);
    if (result.ok) for (const { url: inlined } of result.value.inlined ?? []) onAsked(inlined, true, 0);
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
            onAsked(url, found !== undefined, 0);
            return found;
          },
        }
      : {}),
  };
}
