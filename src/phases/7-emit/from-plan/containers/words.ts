/** What a target that runs containers says of a plan that it cannot hold: the same faults, each in the words and under the codes of the target. */
import type { ImageMissing } from '../../../../diagnostics/catalogue/emit.ts';
import type { Definition } from '../../../../diagnostics/define.ts';

export interface TargetWords {
  readonly imageMissing: Definition<ImageMissing>;
  readonly vm: Definition<{ component: string }>;
  readonly framework: Definition<{ component: string; use: string }>;
  readonly programSource: Definition<{ component: string; path: string; reason: string }>;
  readonly vaultSecret: Definition<{ component: string; path: string }>;
  readonly optionalConfig: Definition<{ component: string; path: string }>;
  readonly fileValues: Definition<{ component: string; file: string; paths: string }>;
  readonly program: Definition<{ component: string; reason: string }>;
  readonly wiring: Definition<{ what: string; reason: string }>;
  readonly optionalSlot: Definition<{ slot: string }>;
  readonly notHeld: Definition<{ subject: string; what: string; reason: string }>;
  readonly runOnly: Definition<{ component: string; use: string }>;
  readonly empty: Definition<Record<string, never>>;
}
