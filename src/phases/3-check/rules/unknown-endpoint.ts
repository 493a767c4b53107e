import * as D from '../../../diagnostics/catalogue/check/provides.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import { literal } from '../literal.ts';
import type { Rule } from '../rule.ts';

/**
 * Once one endpoint has a name that only the config decides, the set of names is open, and any name is accepted. A conditional
 * endpoint counts as there.
 */
export const unknownEndpoint: Rule = {
  emits: [D.unknownEndpoint],
  needs: ['program'],
  check(manifest, { at, index, near, report }) {
    if (manifest.provides.length === 0) return;
    const names = new Set<string>();
    for (const endpoint of index.endpoints) {
      const name = literal(endpoint.name);
      if (name === undefined) return;
      names.add(name);
    }
    const lost = manifest.provides.flatMap(({ name, kind, endpoint }) =>
      kind === 'storage' || !endpoint || names.has(endpoint.value) ? [] : [{ provide: name, endpoint }],
    );
    const hasProgram = manifest.program !== undefined;
    const others = lost.slice(1).map(({ provide, endpoint }) => ({
      message: `provide \`${provide}\` needs it too`,
      at: at(endpoint.range),
    }));
    // One missing program is one fault, whatever it was to serve.
    for (const { provide, endpoint } of hasProgram ? lost : lost.slice(0, 1)) {
      const args = { provide, endpoint: endpoint.value, hasProgram, near: near(endpoint.value, names) };
      const related = hasProgram ? undefined : others;
      const fixes = guessText(at(endpoint.range), args.near);
      report(D.unknownEndpoint(args, { at: at(endpoint.range), label: 'no such endpoint', related, fixes }));
    }
  },
};
