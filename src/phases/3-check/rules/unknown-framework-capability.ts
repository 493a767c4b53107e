import * as D from '../../../diagnostics/catalogue/check.ts';
import { frameworkFeatures, frameworkUses } from '../framework.ts';
import type { Rule } from '../rule.ts';

export const unknownFrameworkCapability: Rule = {
  emits: [D.unknownFrameworkCapability],
  check(manifest, { at, near, report }) {
    for (const { name, range } of frameworkUses(manifest)) {
      if (frameworkFeatures.has(name)) continue;
      report(
        D.unknownFrameworkCapability(
          { name, near: near(name, frameworkFeatures.keys()) },
          { at: at(range), label: 'no such framework capability' },
        ),
      );
    }
  },
};
