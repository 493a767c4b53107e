import * as D from '../../../diagnostics/catalogue/check/mounts.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import { mountSource } from '../mount-source.ts';
import type { Rule } from '../rule.ts';

export const unknownMountResource: Rule = {
  emits: [D.unknownMountResource],
  needs: ['resources'],
  check(_manifest, { at, index, near, report }) {
    for (const mount of index.mounts) {
      const source = mountSource(mount);
      if (source?.kind !== 'resources' || index.resources.has(source.name)) continue;
      const meant = near(source.name, index.resources.keys());
      const place = at(mount.from.range);
      const fixes = guessText(place, meant && `resources.${meant}`);
      report(
        D.unknownMountResource({ name: source.name, near: meant }, { at: place, label: 'no such resource', fixes }),
      );
    }
  },
};
