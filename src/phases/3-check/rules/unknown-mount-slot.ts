import * as D from '../../../diagnostics/catalogue/check/mounts.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import type { Manifest } from '../../../ir/manifest.ts';
import { mountSource } from '../mount-source.ts';
import type { Rule } from '../rule.ts';

function* mountable(manifest: Manifest): Iterable<string> {
  for (const { name, kind } of manifest.slots) if (kind === 'storage') yield name;
}

export const unknownMountSlot: Rule = {
  emits: [D.unknownMountSlot],
  needs: ['slots'],
  check(manifest, { at, index, near, report }) {
    for (const mount of index.mounts) {
      const source = mountSource(mount);
      if (source?.kind !== 'slots' || index.slots.has(source.name)) continue;
      const meant = near(source.name, mountable(manifest));
      const place = at(mount.from.range);
      const fixes = guessText(place, meant && `slots.${meant}`);
      report(D.unknownMountSlot({ name: source.name, near: meant }, { at: place, label: 'no such slot', fixes }));
    }
  },
};
