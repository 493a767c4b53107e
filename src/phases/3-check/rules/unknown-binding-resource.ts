import * as D from '../../../diagnostics/catalogue/check/bindings.ts';
import { guess } from '../../../diagnostics/fixes.ts';
import { writeSource } from '../../../language/binding-edits.ts';
import type { Rule } from '../rule.ts';

export const unknownBindingResource: Rule = {
  emits: [D.unknownBindingResource],
  needs: ['resources', 'slots', 'provides'],
  check(manifest, { at, index, near, report }) {
    for (const decl of manifest.bindings) {
      const { source, capabilityRange } = decl;
      if (source.kind !== 'resource' || index.resources.has(source.name)) continue;
      const meant = near(source.name, index.resources.keys());
      const fixes = guess(meant, (name) => writeSource(decl, at, 'resources', name));
      const place = { at: at(capabilityRange), label: 'no such resource', fixes };
      report(D.unknownBindingResource({ name: source.name, near: meant }, place));
    }
  },
};
