import * as D from '../../../diagnostics/catalogue/check/programs.ts';
import type { Rule } from '../rule.ts';

export const emptyProgramPath: Rule = {
  emits: [D.emptyProgramPath],
  check({ program }, { at, report }) {
    if (program?.kind === 'path' && program.target.source.trim() === '') {
      report(D.emptyProgramPath({}, { at: at(program.target.range) }));
    }
  },
};
