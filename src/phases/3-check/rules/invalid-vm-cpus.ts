import * as D from '../../../diagnostics/catalogue/check/programs.ts';
import type { Rule } from '../rule.ts';

export const invalidVmCpus: Rule = {
  emits: [D.invalidVmCpus],
  check({ program }, { at, report }) {
    if (program?.kind === 'vm' && program.cpus === 0) report(D.invalidVmCpus({}, { at: at(program.keyRange) }));
  },
};
