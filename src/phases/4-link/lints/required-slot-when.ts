import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';
import { needlessWhen } from './support/needless-when.ts';

export const requiredSlotWhen: Lint = {
  emits: [D.requiredSlotWhen],
  run({ manifest, at }, report) {
    const items = manifest.program && manifest.program.kind !== 'vm' ? manifest.program.command : [];
    for (const { slot, when } of needlessWhen(manifest, items)) {
      const related = [{ message: 'the slot is required', at: at(slot.nameRange) }];
      report(D.requiredSlotWhen({ slot: slot.name }, { at: at(when.range), label: 'always true', related }));
    }
  },
};
