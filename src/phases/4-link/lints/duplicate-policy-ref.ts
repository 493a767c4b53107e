import type { Range } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';

/** Legal: the policy is asked once an entry, and its answers are applied in turn. Rarely meant. */
export const duplicatePolicyRef: Lint = {
  emits: [D.duplicatePolicyRef],
  run({ manifest, at }, report) {
    if (manifest.policies.length < 2) return;
    const first = new Map<string, Range>();
    for (const { text, range } of manifest.policies) {
      const earlier = first.get(text);
      if (!earlier) first.set(text, range);
      else
        report(
          D.duplicatePolicyRef(
            { ref: text },
            { at: at(range), related: [{ message: 'first named here', at: at(earlier) }] },
          ),
        );
    }
  },
};
