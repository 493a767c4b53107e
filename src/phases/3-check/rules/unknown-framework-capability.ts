import * as D from '../../../diagnostics/catalogue/check/bindings.ts';
import { guess } from '../../../diagnostics/fixes.ts';
import { frameworkFeatures, frameworkUses } from '../framework.ts';
import type { Rule } from '../rule.ts';

export const unknownFrameworkCapability: Rule = {
  emits: [D.unknownFrameworkCapability],
  check(manifest, { at, near, report }) {
    for (const { name, range, write } of frameworkUses(manifest)) {
      if (frameworkFeatures.has(name)) continue;
      const meant = near(name, frameworkFeatures.keys());
      const fixes = guess(meant, (known) => write(known, at));
      report(
        D.unknownFrameworkCapability(
          { name, near: meant },
          { at: at(range), label: 'no such framework capability', fixes },
        ),
      );
    }
  },
};
