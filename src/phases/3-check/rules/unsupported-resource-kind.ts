import * as D from '../../../diagnostics/catalogue/check/provides.ts';
import type { Rule } from '../rule.ts';

export const unsupportedResourceKind: Rule = {
  emits: [D.unsupportedResourceKind],
  check(manifest, { at, report }) {
    for (const { name, kind } of manifest.resources) {
      if (kind.value === 'storage') continue;
      report(D.unsupportedResourceKind({ name, kind: kind.value }, { at: at(kind.range), label: 'must be storage' }));
    }
  },
};
