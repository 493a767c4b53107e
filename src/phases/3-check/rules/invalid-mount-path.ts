import * as D from '../../../diagnostics/catalogue/check/mounts.ts';
import { literal } from '../literal.ts';
import type { Rule } from '../rule.ts';

/** Literal paths only; a path with references is judged when the program is lowered. */
export const invalidMountPath: Rule = {
  emits: [D.invalidMountPath],
  check(_manifest, { at, index, report }) {
    for (const mount of index.mounts) {
      const path = literal(mount.path);
      if (path === undefined) continue;
      const fault = !path.startsWith('/') ? 'relative' : path.split('/').includes('..') ? 'parent' : undefined;
      if (fault) report(D.invalidMountPath({ path, fault }, { at: at(mount.path.range) }));
    }
  },
};
