import * as D from '../../../diagnostics/catalogue/check.ts';
import { literal } from '../literal.ts';
import type { Rule } from '../rule.ts';

/**
 * Once one endpoint has a name that only the config decides, the set of names is open, and any name is accepted. A conditional
 * endpoint counts as there.
 */
export const unknownEndpoint: Rule = {
  emits: [D.unknownEndpoint],
  check(manifest, { at, index, near, report }) {
    const names = new Set<string>();
    for (const endpoint of index.endpoints) {
      const name = literal(endpoint.name);
      if (name === undefined) return;
      names.add(name);
    }
    for (const { name, kind, endpoint } of manifest.provides) {
      if (kind === 'storage' || !endpoint || names.has(endpoint.value)) continue;
      report(
        D.unknownEndpoint(
          {
            provide: name,
            endpoint: endpoint.value,
            hasProgram: manifest.program !== undefined,
            near: near(endpoint.value, names),
          },
          { at: at(endpoint.range), label: 'no such endpoint' },
        ),
      );
    }
  },
};
