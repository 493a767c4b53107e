import { hasControl } from '../../../base/control.ts';
import type { Range } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/check/names.ts';
import type { Manifest, Named, Template } from '../../../ir/manifest.ts';
import { nameFaults } from '../../../language/name-faults.ts';
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

interface Shown {
  readonly what: string;
  readonly text: string;
  readonly range: Range;
}

/** What is shown like a name, and may have a dot. Of a text with `${…}`, what stands around that. */
function shownOf({ slots, provides, childTemplates, program }: Manifest): readonly Shown[] {
  const texts = (what: string, template: Template | undefined): readonly Shown[] =>
    (template?.pieces ?? []).flatMap((piece) =>
      piece.kind === 'literal' && template ? [{ what, text: piece.text, range: template.range }] : [],
    );
  return [
    ...[...slots, ...provides].flatMap(({ profile, range }) =>
      profile === null ? [] : [{ what: 'profile', text: profile, range }],
    ),
    ...childTemplates.flatMap(({ bindings }) =>
      bindings.map(({ name, nameRange }) => ({ what: 'binding', text: name, range: nameRange })),
    ),
    ...(program?.endpoints ?? []).flatMap(({ name }) => texts('endpoint', name)),
    ...(program?.mounts ?? []).flatMap(({ path }) => texts('mount path', path)),
    ...(program && 'env' in program ? program.env : []).map(({ name, nameRange }) => ({
      what: 'environment variable',
      text: name,
      range: nameRange,
    })),
  ];
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
    for (const [what, names] of classes(manifest))
      for (const { name, nameRange } of names) judge(what, name, nameRange);
    for (const mount of index.mounts) {
      const name = mount.name && literal(mount.name);
      if (mount.name && name !== undefined) judge('mount', name, mount.name.range);
    }
    const [definition, label] = controlled;
    for (const { what, text, range } of shownOf(manifest))
      if (hasControl(text)) report(definition({ what, name: text }, { at: at(range), label }));
  },
};

const controlled = [D.controlInName, 'control character'] as const;
