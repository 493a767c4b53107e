import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';

/** `self.x` only: a bare `x` is a spelling of today. */
export const deprecatedExportSelfTarget: Lint = {
  emits: [D.deprecatedExportSelfTarget],
  run({ manifest, at }, report) {
    for (const { legacySelf, target, range } of manifest.exports) {
      if (!legacySelf || target.kind === 'child') continue;
      report(D.deprecatedExportSelfTarget({ write: `${target.kind}s.${target.name}` }, { at: at(range) }));
    }
  },
};
