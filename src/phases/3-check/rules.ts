import type { Rule } from './rule.ts';
import { ambiguousCapabilityName } from './rules/ambiguous-capability-name.ts';
import { childTemplatesRequireComponentSlot } from './rules/child-templates-require-component-slot.ts';
import { duplicateEndpointName } from './rules/duplicate-endpoint-name.ts';
import { duplicateMountName } from './rules/duplicate-mount-name.ts';
import { duplicateMountPath } from './rules/duplicate-mount-path.ts';
import { emptyEntrypoint } from './rules/empty-entrypoint.ts';
import { emptyProgramPath } from './rules/empty-program-path.ts';
import { emptyVmImage } from './rules/empty-vm-image.ts';
import { environmentCycle } from './rules/environment-cycle.ts';
import { featureRequiresVersion } from './rules/feature-requires-version.ts';
import { frameworkCapabilityRequiresFeature } from './rules/framework-capability-requires-feature.ts';
import { invalidChildTemplate } from './rules/invalid-child-template.ts';
import { invalidConfigSchema } from './rules/invalid-config-schema.ts';
import { invalidMountConfigPath } from './rules/invalid-mount-config-path.ts';
import { invalidMountPath } from './rules/invalid-mount-path.ts';
import { invalidMountSource } from './rules/invalid-mount-source.ts';
import { invalidName } from './rules/invalid-name.ts';
import { invalidRealmSelector } from './rules/invalid-realm-selector.ts';
import { invalidVmCpus } from './rules/invalid-vm-cpus.ts';
import { invalidVmMemoryMib } from './rules/invalid-vm-memory-mib.ts';
import { missingProvideEndpoint } from './rules/missing-provide-endpoint.ts';
import { mountSlotRequiresStorage } from './rules/mount-slot-requires-storage.ts';
import { programSyntaxRequiresVersion } from './rules/program-syntax-requires-version.ts';
import { unknownBindingChild } from './rules/unknown-binding-child.ts';
import { unknownBindingResource } from './rules/unknown-binding-resource.ts';
import { unknownBindingSource } from './rules/unknown-binding-source.ts';
import { unknownComponentEnvironment } from './rules/unknown-component-environment.ts';
import { unknownEndpoint } from './rules/unknown-endpoint.ts';
import { unknownEnvironmentExtends } from './rules/unknown-environment-extends.ts';
import { unknownExportChild } from './rules/unknown-export-child.ts';
import { unknownExportTarget } from './rules/unknown-export-target.ts';
import { unknownFrameworkCapability } from './rules/unknown-framework-capability.ts';
import { unknownMountResource } from './rules/unknown-mount-resource.ts';
import { unknownMountSlot } from './rules/unknown-mount-slot.ts';
import { unknownPolicyUse } from './rules/unknown-policy-use.ts';
import { unknownUseEnvironment } from './rules/unknown-use-environment.ts';
import { unsupportedMountSource } from './rules/unsupported-mount-source.ts';
import { unsupportedProvideKind } from './rules/unsupported-provide-kind.ts';
import { unsupportedResourceKind } from './rules/unsupported-resource-kind.ts';
import { unsupportedVersion } from './rules/unsupported-version.ts';

/**
 * From the outside in: which language the manifest is written in, then its config and its names, then what refers to names, then
 * the program. A reader of one manifest's problems meets causes before effects; when two rules report at one place, the first
 * here comes first. No rule depends on another having run.
 */
export const rules: readonly Rule[] = [
  unsupportedVersion,
  programSyntaxRequiresVersion,
  featureRequiresVersion,
  invalidConfigSchema,
  invalidName,
  unknownPolicyUse,
  unknownEnvironmentExtends,
  environmentCycle,
  unknownComponentEnvironment,
  unknownUseEnvironment,
  ambiguousCapabilityName,
  unsupportedResourceKind,
  childTemplatesRequireComponentSlot,
  invalidRealmSelector,
  invalidChildTemplate,
  unknownBindingChild,
  unknownBindingSource,
  unknownBindingResource,
  unknownFrameworkCapability,
  frameworkCapabilityRequiresFeature,
  unknownExportTarget,
  unknownExportChild,
  duplicateEndpointName,
  unsupportedProvideKind,
  missingProvideEndpoint,
  unknownEndpoint,
  invalidMountSource,
  unsupportedMountSource,
  invalidMountPath,
  invalidMountConfigPath,
  unknownMountSlot,
  mountSlotRequiresStorage,
  unknownMountResource,
  duplicateMountName,
  duplicateMountPath,
  emptyEntrypoint,
  emptyProgramPath,
  emptyVmImage,
  invalidVmCpus,
  invalidVmMemoryMib,
];
