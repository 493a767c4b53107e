import * as D from '../../../diagnostics/catalogue/check/mounts.ts';
import { mountSource } from '../mount-source.ts';
import type { Rule } from '../rule.ts';

export const invalidMountSource: Rule = {
  emits: [D.invalidMountSource],
  check(_manifest, { at, index, report }) {
    for (const mount of index.mounts) {
      const source = mountSource(mount);
      if (source?.kind === 'unknown')
        report(D.invalidMountSource({ source: source.text }, { at: at(mount.from.range) }));
    }
  },
};
