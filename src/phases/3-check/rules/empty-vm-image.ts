import * as D from '../../../diagnostics/catalogue/check/programs.ts';
import type { Rule } from '../rule.ts';

export const emptyVmImage: Rule = {
  emits: [D.emptyVmImage],
  check({ program }, { at, report }) {
    if (program?.kind === 'vm' && program.target.source.trim() === '') {
      report(D.emptyVmImage({}, { at: at(program.target.range) }));
    }
  },
};
