import * as D from '../../../diagnostics/catalogue/lint.ts';
import type { Lint } from './lint.ts';

/** Optional slots may stay unused; so may, once linking succeeded, slots that only wait for something that may be absent. */
export const unusedSlot: Lint = {
  emits: [D.unusedSlot],
  run({ manifest, usedSlots, linked, feedsProgramFromOutside, weaklyFedSlots, at }, report) {
    if (linked && feedsProgramFromOutside) return;
    for (const { name, nameRange, optional } of manifest.slots) {
      if (optional || usedSlots.has(name) || (linked && weaklyFedSlots.has(name))) continue;
      report(D.unusedSlot({ name }, { at: at(nameRange), label: 'never used' }));
    }
  },
};
