import * as D from '../../../diagnostics/catalogue/check/provides.ts';
import { literal, repeats, unconditional } from '../literal.ts';
import type { Rule } from '../rule.ts';

/** Names that are literal and unconditional; what clashes only after expansion is found when the program is lowered. */
export const duplicateEndpointName: Rule = {
  emits: [D.duplicateEndpointName],
  check(_manifest, { at, index, report }) {
    for (const [name, [first, second, ...others]] of repeats(index.endpoints.filter(unconditional), (e) =>
      literal(e.name),
    )) {
      report(
        D.duplicateEndpointName(
          { name },
          {
            at: at(second!.name.range),
            label: 'declared again',
            related: [first!, ...others].map((endpoint) => ({
              message: endpoint === first ? 'first declared here' : 'and once more here',
              at: at(endpoint.name.range),
            })),
          },
        ),
      );
    }
  },
};
