import * as D from '../../../diagnostics/catalogue/check/child-templates.ts';
import type { Rule } from '../rule.ts';

export const childTemplatesRequireComponentSlot: Rule = {
  emits: [D.childTemplatesRequireComponentSlot],
  needs: ['slots'],
  check(manifest, { at, report }) {
    const [first] = manifest.childTemplates;
    if (!first || manifest.slots.some((slot) => slot.kind === 'component')) return;
    const range = manifest.sections.get('child_templates')?.range ?? first.nameRange;
    report(D.childTemplatesRequireComponentSlot({}, { at: at(range) }));
  },
};
