import * as D from '../../../diagnostics/catalogue/check/config.ts';
import type { Rule } from '../rule.ts';

export const invalidConfigSchema: Rule = {
  emits: [D.invalidConfigSchema],
  check(_manifest, { at, index, report }) {
    for (const { message, range } of index.schemaProblems) {
      report(D.invalidConfigSchema({ problem: message }, { at: at(range) }));
    }
  },
};
