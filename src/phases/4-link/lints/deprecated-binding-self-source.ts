import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';

export const deprecatedBindingSelfSource: Lint = {
  emits: [D.deprecatedBindingSelfSource],
  run({ manifest, at }, report) {
    for (const { legacySelf, source, fromRange } of manifest.bindings) {
      if (!legacySelf || (source.kind !== 'slot' && source.kind !== 'provide')) continue;
      report(D.deprecatedBindingSelfSource({ write: `${source.kind}s.${source.name}` }, { at: at(fromRange) }));
    }
  },
};
