import { hasControl } from '../../../base/control.ts';
import type { Range } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/check/names.ts';
import type { Manifest, Named, Template } from '../../../ir/manifest.ts';
import { nameFaults } from '../../../language/name-faults.ts';
import { literal } from '../literal.ts';
import type { Rule } from '../rule.ts';

const classes: readonly (readonly [what: string, names: (manifest: Manifest) => readonly Named[]])[] = [
  ['`use`', (m) => m.use],
  ['environment', (m) => m.environments],
  ['component', (m) => m.components],
  ['slot', (m) => m.slots],
  ['provide', (m) => m.provides],
  ['resource', (m) => m.resources],
  ['child template', (m) => m.childTemplates],
  ['export', (m) => m.exports],
];

type See = (what: string, text: string, range: Range) => void;

/** Sees what is shown like a name, and may have a dot. Of a text with `${…}`, what stands around that. */
function eachShown({ slots, provides, childTemplates, program }: Manifest, see: See): void {
  for (const { profile, range } of slots) if (profile !== null) see('profile', profile, range);
  for (const { profile, range } of provides) if (profile !== null) see('profile', profile, range);
  for (const { bindings } of childTemplates)
    for (const { name, nameRange } of bindings) see('binding', name, nameRange);
  if (!program) return;
  for (const { name } of program.endpoints) eachLiteral('endpoint', name, see);
  for (const { path } of program.mounts) eachLiteral('mount path', path, see);
  if (program.kind !== 'vm')
    for (const { name, nameRange } of program.env) see('environment variable', name, nameRange);
}

function eachLiteral(what: string, { pieces, range }: Template, see: See): void {
  for (const piece of pieces) if (piece.kind === 'literal') see(what, piece.text, range);
}

/** The laws of names: no dot, and nothing that cannot be seen. Names of endpoints and of environment variables may have a dot. */
export const invalidName: Rule = {
  emits: [D.invalidName, D.controlInName],
  check(manifest, { at, index, report }) {
    const judge = (what: string, name: string, range: Range): void => {
      for (const fault of nameFaults(name)) {
        const [definition, label] = fault === 'dot' ? [D.invalidName, 'dot in a name'] : controlled;
        report(definition({ what, name }, { at: at(range), label }));
      }
    };
    for (const [what, namesOf] of classes)
      for (const { name, nameRange } of namesOf(manifest)) judge(what, name, nameRange);
    for (const mount of index.mounts) {
      const name = mount.name && literal(mount.name);
      if (mount.name && name !== undefined) judge('mount', name, mount.name.range);
    }
    const [definition, label] = controlled;
    eachShown(manifest, (what, text, range) => {
      if (hasControl(text)) report(definition({ what, name: text }, { at: at(range), label }));
    });
  },
};

const controlled = [D.controlInName, 'control character'] as const;
