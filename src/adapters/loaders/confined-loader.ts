import type { Confinement, Outside } from '../../ports/confinement.ts';
import type { Loader } from '../../ports/loader.ts';

/** Another loader that answers of local files only those which the scenario may name. */
export function createConfinedLoader(below: Loader, confinement: Confinement): Loader {
  const { digest } = below;
  const refusalOf = (url: string): Outside | undefined => (/^file:/i.test(url) ? confinement.file(url) : undefined);
  return {
    async load(url, limits) {
      const refused = refusalOf(url);
      return refused ? { ok: false, failure: { kind: 'outside', ...refused } } : below.load(url, limits);
    },
    ...(digest
      ? {
          async digest(url, limits) {
            return /^file:/i.test(url) && confinement.program(url) ? undefined : digest.call(below, url, limits);
          },
        }
      : {}),
  };
}
