import type { Section } from './section.ts';
import type { CheckSettings } from './sections/check.ts';
import { checkSection } from './sections/check.ts';
import { type CompletionSettings, completionSection } from './sections/completion.ts';
import type { ComponentsSettings } from './sections/components.ts';
import { componentsSection } from './sections/components.ts';
import { type EnvironmentsSettings, environmentsSection } from './sections/environments.ts';
import { type ExperimentalFeaturesSettings, experimentalFeaturesSection } from './sections/experimental-features.ts';
import { type GrantsSettings, grantsSection } from './sections/grants.ts';
import type { LintSettings } from './sections/lint.ts';
import { lintSection } from './sections/lint.ts';
import type { PoliciesSettings } from './sections/policies.ts';
import { policiesSection } from './sections/policies.ts';
import { type ProbesSettings, probesSection } from './sections/probes.ts';
import { type ProfilesSettings, profilesSection } from './sections/profiles.ts';
import { type SandboxesSettings, sandboxesSection } from './sections/sandboxes.ts';
import { type VaultsSettings, vaultsSection } from './sections/vaults.ts';
import { type WorkspacesSettings, workspacesSection } from './sections/workspaces.ts';

/** A section more is a file in sections/ and a line here. */
export interface Sections {
  readonly lint: LintSettings;
  readonly check: CheckSettings;
  readonly components: ComponentsSettings;
  readonly policies: PoliciesSettings;
  readonly profiles: ProfilesSettings;
  readonly sandboxes: SandboxesSettings;
  readonly probes: ProbesSettings;
  readonly completion: CompletionSettings | undefined;
  readonly vaults: VaultsSettings;
  readonly environments: EnvironmentsSettings;
  readonly workspaces: WorkspacesSettings;
  readonly grants: GrantsSettings | undefined;
  readonly experimental_features: ExperimentalFeaturesSettings;
}

export const sections: { readonly [K in keyof Sections]: Section<Sections[K]> } = {
  lint: lintSection,
  check: checkSection,
  components: componentsSection,
  policies: policiesSection,
  profiles: profilesSection,
  sandboxes: sandboxesSection,
  probes: probesSection,
  completion: completionSection,
  vaults: vaultsSection,
  environments: environmentsSection,
  workspaces: workspacesSection,
  grants: grantsSection,
  experimental_features: experimentalFeaturesSection,
};
