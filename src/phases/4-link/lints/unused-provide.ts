import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';

export const unusedProvide: Lint = {
  emits: [D.unusedProvide],
  run({ manifest, usedProvides, at }, report) {
    for (const { name, nameRange } of manifest.provides) {
      if (!usedProvides.has(name)) report(D.unusedProvide({ name }, { at: at(nameRange), label: 'never used' }));
    }
  },
};
