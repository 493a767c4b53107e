import type { Loader } from '../../ports/loader.ts';

/** Another loader that tells which URLs could be read, and which could not. */
export function createWatchedLoader(below: Loader, onAsked: (url: string, isThere: boolean) => void): Loader {
  const { digest } = below;
  return {
    async load(url, limits) {
      const result = await below.load(url, limits);
      onAsked(url, result.ok);
      if (result.ok) for (const { url: inlined } of result.value.inlined ?? []) onAsked(inlined, true);
      return result;
    },
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
