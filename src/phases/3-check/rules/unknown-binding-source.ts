import * as D from '../../../diagnostics/catalogue/check.ts';
import { unknownOwnName } from '../own-name.ts';
import type { Rule } from '../rule.ts';

export const unknownBindingSource: Rule = {
  emits: [D.unknownBindingSource],
  check(manifest, ctx) {
    const { at, report } = ctx;
    for (const { source, capabilityRange, legacySelf } of manifest.bindings) {
      if (source.kind !== 'slot' && source.kind !== 'provide') continue;
      const unknown = unknownOwnName(source.kind, source.name, ctx);
      if (!unknown) continue;
      const what = legacySelf ? 'slot or provide' : unknown.what;
      report(D.unknownBindingSource({ ...unknown, what }, { at: at(capabilityRange), label: `no such ${what}` }));
    }
  },
};
