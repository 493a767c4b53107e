import type { Confinement, Outside } from '../../ports/confinement.ts';
import type { Loader, LoadResult } from '../../ports/loader.ts';

/** Another loader that answers of local files only those which the scenario may name. */
export function createConfinedLoader(below: Loader, confinement: Confinement): Loader {
  const { digest } = below;
  const refusalOf = (url: string): Outside | undefined => (/^file:/i.test(url) ? confinement.file(url) : undefined);
  const refused = (url: string): LoadResult | undefined => {
    const outside = refusalOf(url);
    return outside && { ok: false, failure: { kind: 'outside', ...outside } };
  };
  return {
    loadAtOnce: (url, limits) => refused(url) ?? below.loadAtOnce?.(url, limits),
    load: async (url, limits) => refused(url) ?? below.load(url, limits),
    ...(digest
      ? {
          async digest(url, limits) {
            return /^file:/i.test(url) && confinement.program(url) ? undefined : digest.call(below, url, limits);
          },
        }
      : {}),
  };
}
