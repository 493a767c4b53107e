import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';
import { absentConfig } from './support/optional-config.ts';

export const optionalCommandConfig: Lint = {
  emits: [D.optionalCommandConfig],
  run({ manifest: { program }, schema, at }, report) {
    if (!program || program.kind === 'vm') return;
    for (const { when, values } of program.command) {
      for (const { path, range } of absentConfig(schema, when, values)) {
        report(D.optionalCommandConfig({ path }, { at: at(range), label: 'may have no value' }));
      }
    }
  },
};
