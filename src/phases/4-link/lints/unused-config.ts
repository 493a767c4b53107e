import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';

export const unusedConfig: Lint = {
  emits: [D.unusedConfig],
  run({ schema, configUses, at }, report) {
    for (const { path, range } of schema?.leaves ?? []) {
      if (!configUses.covers(path)) report(D.unusedConfig({ path }, { at: at(range()), label: 'never used' }));
    }
  },
};
