import * as D from '../../../diagnostics/catalogue/check.ts';
import { unknownChild } from '../child.ts';
import type { Rule } from '../rule.ts';

/** A child that is missing at both ends of one binding is reported once, at `to`. */
export const unknownBindingChild: Rule = {
  emits: [D.unknownBindingChild],
  check(manifest, ctx) {
    const { at, report } = ctx;
    for (const { target, toRange, source, fromRange } of manifest.bindings) {
      const fromChild = source.kind === 'child' ? source.child : undefined;
      const to = unknownChild(target.child, ctx);
      if (to) {
        const related = fromChild === target.child ? [{ message: 'and here', at: at(fromRange) }] : [];
        report(D.unknownBindingChild(to, { at: at(toRange), label: 'no such component', related }));
      }
      if (fromChild === undefined || (to && fromChild === target.child)) continue;
      const from = unknownChild(fromChild, ctx);
      if (from) report(D.unknownBindingChild(from, { at: at(fromRange), label: 'no such component' }));
    }
  },
};
