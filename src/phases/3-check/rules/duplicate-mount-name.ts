import * as D from '../../../diagnostics/catalogue/check/mounts.ts';
import { literal, repeats, unconditional } from '../literal.ts';
import type { Rule } from '../rule.ts';

export const duplicateMountName: Rule = {
  emits: [D.duplicateMountName],
  check(_manifest, { at, index, report }) {
    const named = index.mounts.flatMap((mount) => (mount.name && unconditional(mount) ? [mount.name] : []));
    for (const [name, [first, ...others]] of repeats(named, literal)) {
      report(
        D.duplicateMountName(
          { name },
          {
            at: at(first!.range),
            related: others.map((other) => ({ message: 'given again here', at: at(other.range) })),
          },
        ),
      );
    }
  },
};
