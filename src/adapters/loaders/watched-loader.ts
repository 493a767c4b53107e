import type { Loader } from '../../ports/loader.ts';

/** Another loader that tells which URLs could be read. */
export function createWatchedLoader(below: Loader, onRead: (url: string) => void): Loader {
  const { digest } = below;
  return {
    async load(url, limits) {
      const result = await below.load(url, limits);
      if (result.ok) {
        onRead(url);
        for (const { url: inlined } of result.value.inlined ?? []) onRead(inlined);
      }
      return result;
    },
    ...(digest
      ? {
          async digest(url, limits) {
            const found = await digest.call(below, url, limits);
            if (found !== undefined) onRead(url);
            return found;
          },
        }
      : {}),
  };
}
