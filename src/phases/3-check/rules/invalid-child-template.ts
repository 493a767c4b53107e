import * as D from '../../../diagnostics/catalogue/check/child-templates.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import type { ManifestIndex } from '../../../language/manifest-index.ts';
import { type RealmSelector, realmSelector } from '../realm-selector.ts';
import type { Rule } from '../rule.ts';

/** Where the name of a selector is looked up; undefined for `external`, which is known only when the scenario runs. */
function namespace(
  selector: RealmSelector,
  index: ManifestIndex,
): { readonly what: string; readonly name: string; readonly names: ReadonlyMap<string, unknown> } | undefined {
  switch (selector.kind) {
    case 'slots':
      return { what: 'slot', name: selector.name, names: index.slots };
    case 'provides':
      return { what: 'provide', name: selector.name, names: index.provides };
    case 'resources':
      return { what: 'resource', name: selector.name, names: index.resources };
    case 'child':
      return { what: 'component', name: selector.child, names: index.components };
    case 'external':
      return undefined;
  }
}

const selectorText = (selector: RealmSelector, name: string): string =>
  selector.kind === 'child' ? `children.${name}.exports.${selector.export}` : `${selector.kind}.${name}`;

export const invalidChildTemplate: Rule = {
  emits: [D.invalidChildTemplate],
  needs: ['slots', 'provides', 'resources', 'components'],
  check(manifest, { at, index, near, report }) {
    for (const template of manifest.childTemplates) {
      for (const { selector, range } of template.bindings) {
        const parsed = realmSelector(selector);
        const place = parsed && namespace(parsed, index);
        if (!parsed || !place || place.names.has(place.name)) continue;
        const meant = near(place.name, place.names.keys());
        const fixes = guessText(at(range), meant && selectorText(parsed, meant));
        report(
          D.invalidChildTemplate(
            {
              template: template.name,
              what: place.what,
              name: place.name,
              near: meant,
            },
            { at: at(range), label: `no such ${place.what}`, fixes },
          ),
        );
      }
    }
  },
};
