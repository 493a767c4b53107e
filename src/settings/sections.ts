import type { Section } from './section.ts';
import type { CheckSettings } from './sections/check.ts';
import { checkSection } from './sections/check.ts';
import type { ComponentsSettings } from './sections/components.ts';
import { componentsSection } from './sections/components.ts';
import type { LintSettings } from './sections/lint.ts';
import { lintSection } from './sections/lint.ts';

/** A section more is a file in sections/ and a line here. */
export interface Sections {
  readonly lint: LintSettings;
  readonly check: CheckSettings;
  readonly components: ComponentsSettings;
}

export const sections: { readonly [K in keyof Sections]: Section<Sections[K]> } = {
  lint: lintSection,
  check: checkSection,
  components: componentsSection,
};
