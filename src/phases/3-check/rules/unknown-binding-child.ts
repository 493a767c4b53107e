import * as D from '../../../diagnostics/catalogue/check/bindings.ts';
import { guess } from '../../../diagnostics/fixes.ts';
import { writeSource, writeTarget } from '../../../language/binding-edits.ts';
import { unknownChild } from '../child.ts';
import type { Rule } from '../rule.ts';

/** A child that is missing at both ends of one binding is reported once, at `to`. */
export const unknownBindingChild: Rule = {
  emits: [D.unknownBindingChild],
  needs: ['components'],
  check(manifest, ctx) {
    const { at, report } = ctx;
    for (const decl of manifest.bindings) {
      const { target, toRange, source, fromRange } = decl;
      const fromChild = source.kind === 'child' ? source.child : undefined;
      const to = unknownChild(target.child, ctx);
      if (to) {
        const related = fromChild === target.child ? [{ message: 'and here', at: at(fromRange) }] : [];
        const fixes = guess(to.near, (child) => [
          ...writeTarget(decl, at, { child }),
          ...(related.length > 0 && source.kind === 'child' ? writeSource(decl, at, `#${child}`, source.export) : []),
        ]);
        report(D.unknownBindingChild(to, { at: at(toRange), label: 'no such component', related, fixes }));
      }
      if (source.kind !== 'child' || (to && source.child === target.child)) continue;
      const from = unknownChild(source.child, ctx);
      if (!from) continue;
      const fixes = guess(from.near, (child) => writeSource(decl, at, `#${child}`, source.export));
      report(D.unknownBindingChild(from, { at: at(fromRange), label: 'no such component', fixes }));
    }
  },
};
