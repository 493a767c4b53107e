import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';
import { needlessWhen } from './support/needless-when.ts';

export const requiredSlotWhenEnv: Lint = {
  emits: [D.requiredSlotWhenEnv],
  run({ manifest, at }, report) {
    const items = manifest.program && manifest.program.kind !== 'vm' ? manifest.program.env : [];
    for (const { slot, when } of needlessWhen(manifest, items)) {
      const related = [{ message: 'the slot is required', at: at(slot.nameRange) }];
      report(D.requiredSlotWhenEnv({ slot: slot.name }, { at: at(when.range), label: 'always true', related }));
    }
  },
};
