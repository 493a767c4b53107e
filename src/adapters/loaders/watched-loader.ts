import type { Loader } from '../../ports/loader.ts';

/** Another loader that tells which URLs could be read, and which could not; and how long what was loaded is, in bytes. */
export function createWatchedLoader(
  below: Loader,
  onAsked: (url: string, isThere: boolean, bytes: number) => void,
): Loader {
  const { digest } = below;
  return {
    async load(url, limits) {
      const result = await below.load(url, limits);
      onAsked(url, result.ok, result.ok ? result.value.bytes.length : 0);
      if (result.ok) for (const { url: inlined } of result.value.inlined ?? []) onAsked(inlined, true, 0);
      return result;
    },
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
