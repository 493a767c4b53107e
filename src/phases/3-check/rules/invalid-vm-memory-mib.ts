import * as D from '../../../diagnostics/catalogue/check/programs.ts';
import type { Rule } from '../rule.ts';

export const invalidVmMemoryMib: Rule = {
  emits: [D.invalidVmMemoryMib],
  check({ program }, { at, report }) {
    if (program?.kind === 'vm' && program.memoryMib === 0)
      report(D.invalidVmMemoryMib({}, { at: at(program.keyRange) }));
  },
};
