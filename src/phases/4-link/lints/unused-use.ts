import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';

export const unusedUse: Lint = {
  emits: [D.unusedUse],
  run({ manifest, at }, report) {
    const asked = new Set(manifest.policies.map((policy) => policy.use));
    const list = manifest.policies.length === 0 ? 'policies' : manifest.spelling;
    for (const { name, nameRange } of manifest.use) {
      if (!asked.has(name)) report(D.unusedUse({ name, list }, { at: at(nameRange), label: 'never asked' }));
    }
  },
};
