import * as D from '../../../diagnostics/catalogue/check.ts';
import type { Rule } from '../rule.ts';

export const unknownBindingResource: Rule = {
  emits: [D.unknownBindingResource],
  check(manifest, { at, index, near, report }) {
    for (const { source, capabilityRange } of manifest.bindings) {
      if (source.kind !== 'resource' || index.resources.has(source.name)) continue;
      report(
        D.unknownBindingResource(
          { name: source.name, near: near(source.name, index.resources.keys()) },
          { at: at(capabilityRange), label: 'no such resource' },
        ),
      );
    }
  },
};
