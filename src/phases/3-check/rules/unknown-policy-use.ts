import * as D from '../../../diagnostics/catalogue/check/names.ts';
import { guess, write } from '../../../diagnostics/fixes.ts';
import type { PolicyRef } from '../../../ir/manifest.ts';
import type { Rule } from '../rule.ts';

/** One report a missing name, at the first reference to it; the others are related. */
export const unknownPolicyUse: Rule = {
  emits: [D.unknownPolicyUse],
  needs: ['use'],
  check(manifest, { at, index, near, report }) {
    if (manifest.policies.length === 0) return;
    const missing = new Map<string, PolicyRef[]>();
    for (const ref of manifest.policies) {
      if (index.use.has(ref.use)) continue;
      const refs = missing.get(ref.use);
      if (refs) refs.push(ref);
      else missing.set(ref.use, [ref]);
    }
    for (const [use, [first, ...others]] of missing) {
      const meant = near(use, index.use.keys());
      const refs = [first!, ...others];
      const fixes = guess(meant, (name) => refs.map((ref) => write(at(ref.range), `#${name}.${ref.export}`)));
      report(
        D.unknownPolicyUse(
          { use, isComponent: index.components.has(use), near: meant },
          {
            at: at(first!.range),
            label: 'no such entry under `use`',
            related: others.map((ref) => ({ message: 'also named here', at: at(ref.range) })),
            fixes,
          },
        ),
      );
    }
  },
};
