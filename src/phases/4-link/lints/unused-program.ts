import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';

/** Silent on a program that something outside the scenario feeds: it is there for that. */
export const unusedProgram: Lint = {
  emits: [D.unusedProgram],
  run({ manifest, usedProvides, linked, feedsProgramFromOutside, at }, report) {
    if (!manifest.program || usedProvides.size > 0 || (linked && feedsProgramFromOutside)) return;
    report(D.unusedProgram({}, { at: at(manifest.program.keyRange), label: 'nothing takes from this program' }));
  },
};
