import * as D from '../../../diagnostics/catalogue/check/bindings.ts';
import { frameworkFeatures, frameworkUses } from '../framework.ts';
import type { Rule } from '../rule.ts';

export const frameworkCapabilityRequiresFeature: Rule = {
  emits: [D.frameworkCapabilityRequiresFeature],
  needs: ['experimental_features'],
  check(manifest, { at, report }) {
    const enabled = new Set<string>(manifest.features.map((feature) => feature.value));
    for (const { name, range } of frameworkUses(manifest)) {
      const feature = frameworkFeatures.get(name);
      if (!feature || enabled.has(feature)) continue;
      report(
        D.frameworkCapabilityRequiresFeature(
          { name, feature },
          { at: at(range), label: `needs feature \`${feature}\`` },
        ),
      );
    }
  },
};
