import type { Section } from './section.ts';
import type { CheckSettings } from './sections/check.ts';
import { checkSection } from './sections/check.ts';
import type { ComponentsSettings } from './sections/components.ts';
import { componentsSection } from './sections/components.ts';
import type { LintSettings } from './sections/lint.ts';
import { lintSection } from './sections/lint.ts';
import type { PoliciesSettings } from './sections/policies.ts';
import { policiesSection } from './sections/policies.ts';

/** A section more is a file in sections/ and a line here. */
export interface Sections {
  readonly lint: LintSettings;
  readonly check: CheckSettings;
  readonly components: ComponentsSettings;
  readonly policies: PoliciesSettings;
}

export const sections: { readonly [K in keyof Sections]: Section<Sections[K]> } = {
  lint: lintSection,
  check: checkSection,
  components: componentsSection,
  policies: policiesSection,
};
