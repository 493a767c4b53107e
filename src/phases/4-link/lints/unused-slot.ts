import * as D from '../../../diagnostics/catalogue/lint.ts';
import { removal } from '../../../diagnostics/fixes.ts';
import type { Lint } from './lint.ts';
import { slotRemoval } from './support/slot-removal.ts';

/** Optional slots may stay unused; so may, once linking succeeded, slots that only wait for something that may be absent. */
export const unusedSlot: Lint = {
  emits: [D.unusedSlot],
  run({ manifest, usedSlots, linked, feedsProgramFromOutside, weaklyFedSlots, users, at }, report) {
    if (linked && feedsProgramFromOutside) return;
    for (const slot of manifest.slots) {
      const { name, nameRange, optional } = slot;
      if (optional || usedSlots.has(name) || (linked && weaklyFedSlots.has(name))) continue;
      const fixes = removal(`slot \`${name}\``, slotRemoval(manifest, slot, users));
      report(D.unusedSlot({ name }, { at: at(nameRange), label: 'never used', fixes }));
    }
  },
};
