import * as D from '../../../diagnostics/catalogue/lint.ts';
import { writeInstead } from '../../../diagnostics/fixes.ts';
import { writeSource } from '../../../language/binding-edits.ts';
import type { Lint } from './lint.ts';

export const deprecatedBindingSelfSource: Lint = {
  emits: [D.deprecatedBindingSelfSource],
  run({ manifest, at }, report) {
    for (const decl of manifest.bindings) {
      const { legacySelf, source, fromRange } = decl;
      if (!legacySelf || (source.kind !== 'slot' && source.kind !== 'provide')) continue;
      const write = `${source.kind}s.${source.name}`;
      const fixes = writeInstead(write, writeSource(decl, at, `${source.kind}s`, source.name));
      report(D.deprecatedBindingSelfSource({ write }, { at: at(fromRange), fixes }));
    }
  },
};
