import * as D from '../../../diagnostics/catalogue/check/mounts.ts';
import { mountSource } from '../mount-source.ts';
import type { Rule } from '../rule.ts';

export const unsupportedMountSource: Rule = {
  emits: [D.unsupportedMountSource],
  check(_manifest, { at, index, report }) {
    for (const mount of index.mounts) {
      const source = mountSource(mount);
      if (source?.kind !== 'framework' || source.name !== 'component') continue;
      report(D.unsupportedMountSource({}, { at: at(mount.from.range), label: 'cannot be mounted' }));
    }
  },
};
