import * as D from '../../../diagnostics/catalogue/check/child-templates.ts';
import { realmSelector } from '../realm-selector.ts';
import type { Rule } from '../rule.ts';

export const invalidRealmSelector: Rule = {
  emits: [D.invalidRealmSelector],
  check(manifest, { at, report }) {
    for (const template of manifest.childTemplates) {
      for (const { selector, range } of template.bindings) {
        if (!realmSelector(selector)) report(D.invalidRealmSelector({ selector }, { at: at(range) }));
      }
    }
  },
};
