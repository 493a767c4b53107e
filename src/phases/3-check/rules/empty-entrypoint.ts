import * as D from '../../../diagnostics/catalogue/check/programs.ts';
import type { Rule } from '../rule.ts';

/** A group that is empty, or the word `""`, counts as a command: only a list without items is refused. */
export const emptyEntrypoint: Rule = {
  emits: [D.emptyEntrypoint],
  needs: ['program'],
  check({ program }, { at, report }) {
    if (program?.kind === 'image' && program.command.length === 0) {
      report(D.emptyEntrypoint({}, { at: at(program.keyRange), label: 'no command' }));
    }
  },
};
