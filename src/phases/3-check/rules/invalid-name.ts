import * as D from '../../../diagnostics/catalogue/check/names.ts';
import type { Manifest, Named } from '../../../ir/manifest.ts';
import { literal } from '../literal.ts';
import type { Rule } from '../rule.ts';

const classes = (manifest: Manifest): readonly (readonly [what: string, names: readonly Named[]])[] => [
  ['`use`', manifest.use],
  ['environment', manifest.environments],
  ['component', manifest.components],
  ['slot', manifest.slots],
  ['provide', manifest.provides],
  ['resource', manifest.resources],
  ['child template', manifest.childTemplates],
  ['export', manifest.exports],
];

/** They act on terminals and logs, where names are shown. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** The laws of names: no dot, and nothing that cannot be seen. Endpoint names and environment variables are free. */
export const invalidName: Rule = {
  emits: [D.invalidName, D.controlInName],
  check(manifest, { at, index, report }) {
    for (const [what, names] of classes(manifest)) {
      for (const { name, nameRange } of names) {
        if (name.includes('.')) report(D.invalidName({ what, name }, { at: at(nameRange), label: 'dot in a name' }));
        if (CONTROL.test(name))
          report(D.controlInName({ what, name }, { at: at(nameRange), label: 'control character' }));
      }
    }
    for (const mount of index.mounts) {
      const name = mount.name && literal(mount.name);
      if (name?.includes('.')) {
        report(D.invalidName({ what: 'mount', name }, { at: at(mount.name!.range), label: 'dot in a name' }));
      }
    }
  },
};
