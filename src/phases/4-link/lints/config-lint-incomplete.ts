import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';

export const configLintIncomplete: Lint = {
  emits: [D.configLintIncomplete],
  run({ manifest, schema, at }, report) {
    if (!manifest.configSchema || !schema || schema.complete) return;
    report(D.configLintIncomplete({}, { at: at(manifest.configSchema.range), label: 'cannot be listed' }));
  },
};
