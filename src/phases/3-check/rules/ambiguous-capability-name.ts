import * as D from '../../../diagnostics/catalogue/check/names.ts';
import type { Rule } from '../rule.ts';

export const ambiguousCapabilityName: Rule = {
  emits: [D.ambiguousCapabilityName],
  check(manifest, { at, index, report }) {
    for (const { name, nameRange } of manifest.slots) {
      const provide = index.provides.get(name);
      if (!provide) continue;
      report(
        D.ambiguousCapabilityName(
          { name },
          {
            at: at(nameRange),
            label: 'slot',
            related: [{ message: 'provide of the same name', at: at(provide.nameRange) }],
          },
        ),
      );
    }
  },
};
