import * as D from '../../../diagnostics/catalogue/check.ts';
import { mountSource } from '../mount-source.ts';
import type { Rule } from '../rule.ts';

export const unknownMountResource: Rule = {
  emits: [D.unknownMountResource],
  check(_manifest, { at, index, near, report }) {
    for (const mount of index.mounts) {
      const source = mountSource(mount);
      if (source?.kind !== 'resources' || index.resources.has(source.name)) continue;
      report(
        D.unknownMountResource(
          { name: source.name, near: near(source.name, index.resources.keys()) },
          { at: at(mount.from.range), label: 'no such resource' },
        ),
      );
    }
  },
};
