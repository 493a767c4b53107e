import * as D from '../../../diagnostics/catalogue/check/bindings.ts';
import { guess } from '../../../diagnostics/fixes.ts';
import { writeSource } from '../../../language/binding-edits.ts';
import { unknownOwnName } from '../own-name.ts';
import type { Rule } from '../rule.ts';

export const unknownBindingSource: Rule = {
  emits: [D.unknownBindingSource],
  needs: ['slots', 'provides', 'resources'],
  check(manifest, ctx) {
    const { at, report } = ctx;
    for (const decl of manifest.bindings) {
      const { source, capabilityRange, legacySelf } = decl;
      if (source.kind !== 'slot' && source.kind !== 'provide') continue;
      const unknown = unknownOwnName(source.kind, source.name, ctx);
      if (!unknown) continue;
      const what = legacySelf ? 'slot or provide' : unknown.what;
      const fixes = guess(unknown.write ?? unknown.near, (meant) => {
        const head = unknown.write === undefined ? `${source.kind}s` : meant.slice(0, meant.indexOf('.'));
        return writeSource(decl, at, head, unknown.write === undefined ? meant : source.name);
      });
      const place = { at: at(capabilityRange), label: `no such ${what}`, fixes };
      report(D.unknownBindingSource({ ...unknown, what }, place));
    }
  },
};
