import * as D from '../../../diagnostics/catalogue/check/mounts.ts';
import { literal, repeats, unconditional } from '../literal.ts';
import type { Rule } from '../rule.ts';

/** Paths are compared as written: `/a` and `/a/` differ. */
export const duplicateMountPath: Rule = {
  emits: [D.duplicateMountPath],
  check(_manifest, { at, index, report }) {
    const paths = index.mounts.filter(unconditional).map((mount) => mount.path);
    for (const [path, [first, ...others]] of repeats(paths, literal)) {
      report(
        D.duplicateMountPath(
          { path },
          {
            at: at(first!.range),
            related: others.map((other) => ({ message: 'given again here', at: at(other.range) })),
          },
        ),
      );
    }
  },
};
