import * as D from '../../../diagnostics/catalogue/check/provides.ts';
import type { Rule } from '../rule.ts';

/** Silent on storage, which is wrong as a provide whatever its endpoint. */
export const missingProvideEndpoint: Rule = {
  emits: [D.missingProvideEndpoint],
  needs: ['provides'],
  check(manifest, { at, report }) {
    for (const { name, nameRange, kind, endpoint } of manifest.provides) {
      if (kind !== 'storage' && !endpoint)
        report(D.missingProvideEndpoint({ name }, { at: at(nameRange), label: 'no `endpoint`' }));
    }
  },
};
