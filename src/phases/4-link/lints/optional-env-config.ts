import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';
import { absentConfig } from './support/optional-config.ts';

export const optionalEnvConfig: Lint = {
  emits: [D.optionalEnvConfig],
  run({ manifest: { program }, schema, at }, report) {
    if (!program || program.kind === 'vm') return;
    for (const { name, when, value } of program.env) {
      for (const { path, range } of absentConfig(schema, when, [value])) {
        report(D.optionalEnvConfig({ path, variable: name }, { at: at(range), label: 'may have no value' }));
      }
    }
  },
};
