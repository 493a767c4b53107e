/** How whoever starts a program gets the secrets that it is given. Each attempt is written down by whoever answers. */
import type { SecretReference } from '../language/secrets/reference.ts';
import type { Standing } from './authority.ts';
import type { VaultAnswer, VaultHealth } from './vault.ts';

export const consumerTypes = ['component', 'policy', 'probe', 'environment', 'external_slot', 'operator'] as const;

/** Who is given the value, and where. */
export interface SecretConsumer {
  readonly type: (typeof consumerTypes)[number];
  /** A moniker, the name of a policy, of an environment or of a slot. */
  readonly id: string;
  /** Of its config; null where it is not config. */
  readonly path: string | null;
  readonly run: string | null;
}

/** What can be known of a vault without reading a value. */
export interface VaultLook {
  readonly health: VaultHealth;
  /** All keys that it has; null where nobody can say. */
  readonly keys: readonly string[] | null;
}

/** For whoever is no part of a run, and was trusted with them before: a policy. */
export interface Secrets {
  /** In memory alone. A field of the reference is taken out of the secret by now. */
  readonly resolve: (
    reference: SecretReference,
    consumer: SecretConsumer,
    signal?: AbortSignal,
  ) => Promise<VaultAnswer<{ readonly text: string; readonly version: string }>>;
  readonly close: () => Promise<void>;
}

/** The same for what is a part of a run. */
export interface SecretsByRight {
  readonly resolve: (
    reference: SecretReference,
    consumer: SecretConsumer,
    on: Standing,
    signal?: AbortSignal,
  ) => ReturnType<Secrets['resolve']>;
  readonly close: () => Promise<void>;
}
