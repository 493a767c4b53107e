import { configLintIncomplete } from './config-lint-incomplete.ts';
import { deprecatedBindingSelfSource } from './deprecated-binding-self-source.ts';
import { deprecatedExportSelfTarget } from './deprecated-export-self-target.ts';
import { duplicateEnvironmentResolver } from './duplicate-environment-resolver.ts';
import { duplicatePolicyRef } from './duplicate-policy-ref.ts';
import type { Lint } from './lint.ts';
import { optionalCommandConfig } from './optional-command-config.ts';
import { optionalEnvConfig } from './optional-env-config.ts';
import { optionalMountConfig } from './optional-mount-config.ts';
import { requiredSlotWhen } from './required-slot-when.ts';
import { requiredSlotWhenEnv } from './required-slot-when-env.ts';
import { unknownSchemaKeyword } from './unknown-schema-keyword.ts';
import { unusedConfig } from './unused-config.ts';
import { unusedProgram } from './unused-program.ts';
import { unusedProvide } from './unused-provide.ts';
import { unusedSlot } from './unused-slot.ts';
import { unusedUse } from './unused-use.ts';

/**
 * Spelling first, then what a component is made of (program, slots, provides, policies, environments), then its config from the
 * declaration to the use, then conditions. The order shows only where two lints report at one place.
 */
export const lints: readonly Lint[] = [
  deprecatedBindingSelfSource,
  deprecatedExportSelfTarget,
  unusedProgram,
  unusedSlot,
  unusedProvide,
  unusedUse,
  duplicatePolicyRef,
  duplicateEnvironmentResolver,
  unknownSchemaKeyword,
  configLintIncomplete,
  unusedConfig,
  optionalCommandConfig,
  optionalEnvConfig,
  optionalMountConfig,
  requiredSlotWhen,
  requiredSlotWhenEnv,
];
