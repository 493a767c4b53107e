import * as D from '../../../diagnostics/catalogue/check/mounts.ts';
import { mountSource } from '../mount-source.ts';
import type { Rule } from '../rule.ts';

export const mountSlotRequiresStorage: Rule = {
  emits: [D.mountSlotRequiresStorage],
  check(_manifest, { at, index, report }) {
    for (const mount of index.mounts) {
      const source = mountSource(mount);
      const slot = source?.kind === 'slots' ? index.slots.get(source.name) : undefined;
      if (!slot || slot.kind === 'storage') continue;
      report(
        D.mountSlotRequiresStorage(
          { name: slot.name, kind: slot.kind },
          {
            at: at(mount.from.range),
            label: 'cannot be mounted',
            related: [{ message: 'the kind of the slot', at: at(slot.kindRange) }],
          },
        ),
      );
    }
  },
};
