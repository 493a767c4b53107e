import * as D from '../../../diagnostics/catalogue/check/bindings.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import { unknownOwnName } from '../own-name.ts';
import type { Rule } from '../rule.ts';

export const unknownExportTarget: Rule = {
  emits: [D.unknownExportTarget],
  needs: ['slots', 'provides', 'resources'],
  check(manifest, ctx) {
    const { at, report } = ctx;
    for (const { name, range, target } of manifest.exports) {
      if (target.kind === 'child') continue;
      const unknown = unknownOwnName(target.kind, target.name, ctx);
      if (!unknown) continue;
      // A resource cannot be exported: its spelling is no help.
      const write = unknown.write === `resources.${target.name}` ? undefined : unknown.write;
      const near = unknown.near && `${target.kind}s.${unknown.near}`;
      const place = { at: at(range), label: `no such ${unknown.what}`, fixes: guessText(at(range), write ?? near) };
      report(D.unknownExportTarget({ ...unknown, write, export: name }, place));
    }
  },
};
