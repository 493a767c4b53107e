import * as D from '../../../diagnostics/catalogue/lint.ts';
import { removal, remove } from '../../../diagnostics/fixes.ts';
import type { Lint } from './lint.ts';

export const unusedProvide: Lint = {
  emits: [D.unusedProvide],
  run({ manifest, usedProvides, at }, report) {
    for (const { name, nameRange } of manifest.provides) {
      if (usedProvides.has(name)) continue;
      const fixes = removal(`provide \`${name}\``, [remove(at(nameRange))]);
      report(D.unusedProvide({ name }, { at: at(nameRange), label: 'never used', fixes }));
    }
  },
};
