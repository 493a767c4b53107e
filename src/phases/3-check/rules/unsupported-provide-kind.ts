import * as D from '../../../diagnostics/catalogue/check/provides.ts';
import type { Rule } from '../rule.ts';

export const unsupportedProvideKind: Rule = {
  emits: [D.unsupportedProvideKind],
  check(manifest, { at, report }) {
    for (const { name, kind, kindRange } of manifest.provides) {
      if (kind === 'storage')
        report(D.unsupportedProvideKind({ name }, { at: at(kindRange), label: 'cannot be served' }));
    }
  },
};
