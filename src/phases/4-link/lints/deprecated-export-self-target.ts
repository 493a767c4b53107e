import * as D from '../../../diagnostics/catalogue/lint.ts';
import { write, writeInstead } from '../../../diagnostics/fixes.ts';
import type { Lint } from './lint.ts';

/** `self.x` only: a bare `x` is a spelling of today. */
export const deprecatedExportSelfTarget: Lint = {
  emits: [D.deprecatedExportSelfTarget],
  run({ manifest, at }, report) {
    for (const { legacySelf, target, range } of manifest.exports) {
      if (!legacySelf || target.kind === 'child') continue;
      const today = `${target.kind}s.${target.name}`;
      const fixes = writeInstead(today, [write(at(range), today)]);
      report(D.deprecatedExportSelfTarget({ write: today }, { at: at(range), fixes }));
    }
  },
};
