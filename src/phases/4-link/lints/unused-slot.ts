import * as D from '../../../diagnostics/catalogue/lint.ts';
import { removal } from '../../../diagnostics/fixes.ts';
import type { SlotDecl } from '../../../ir/manifest.ts';
import type { Lint } from './lint.ts';
import { slotRemoval } from './support/slot-removal.ts';

/** How a program uses a slot of this kind. */
function useOf({ name, kind, multiple }: SlotDecl): string {
  if (kind === 'storage') return `mount it with \`from: slots.${name}\` in \`mounts\``;
  if (multiple) return `use \`\${item.url}\` inside \`each: slots.${name}\` in the program`;
  return `use \`\${slots.${name}.url}\` in the program`;
}

/**
 * Optional slots may stay unused; so may, once linking succeeded, slots that only wait for something that may be absent. A root
 * with a program has its slots as inputs from outside, and a component with child templates keeps its slots for the children
 * that are made while it runs.
 */
export const unusedSlot: Lint = {
  emits: [D.unusedSlot],
  run({ manifest, isRoot, usedSlots, linked, feedsProgramFromOutside, weaklyFedSlots, users, at }, report) {
    if (manifest.childTemplates.length > 0 || (isRoot && manifest.program)) return;
    if (linked && feedsProgramFromOutside) return;
    for (const slot of manifest.slots) {
      const { name, nameRange, optional } = slot;
      if (optional || usedSlots.has(name) || (linked && weaklyFedSlots.has(name))) continue;
      const fixes = removal(`slot \`${name}\``, slotRemoval(manifest, slot, users));
      report(D.unusedSlot({ name, use: useOf(slot) }, { at: at(nameRange), label: 'never used', fixes }));
    }
  },
};
