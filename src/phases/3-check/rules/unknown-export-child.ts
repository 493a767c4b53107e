import * as D from '../../../diagnostics/catalogue/check/bindings.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import { unknownChild } from '../child.ts';
import type { Rule } from '../rule.ts';

export const unknownExportChild: Rule = {
  emits: [D.unknownExportChild],
  needs: ['components'],
  check(manifest, ctx) {
    const { at, report } = ctx;
    for (const { name, range, target } of manifest.exports) {
      if (target.kind !== 'child') continue;
      const unknown = unknownChild(target.child, ctx);
      if (!unknown) continue;
      const fixes = guessText(at(range), unknown.near && `#${unknown.near}.${target.export}`);
      report(D.unknownExportChild({ ...unknown, export: name }, { at: at(range), label: 'no such component', fixes }));
    }
  },
};
