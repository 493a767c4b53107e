/** What the settings say of policies. Manifests say nothing of it. */
import type { Location } from '../base/span.ts';

export const policyModes = ['enforce', 'warn', 'shadow'] as const;
/** `warn`: errors among its findings count as warnings. `shadow`: it is asked, and nothing of its answer is applied. */
export type PolicyMode = (typeof policyModes)[number];

export interface PolicySetting {
  /** A `use` name, `<scope>/<use>` or a reference of a list. */
  readonly name: string;
  /** Of the name. */
  readonly at?: Location;
  /** `enforce` unless given. */
  readonly mode?: PolicyMode;
  /** What is not given is as for all policies. */
  readonly limits?: {
    readonly startMs?: number;
    readonly connectMs?: number;
    readonly headersMs?: number;
    readonly bodyMs?: number;
    readonly totalMs?: number;
    readonly maxBodyBytes?: number;
  };
  /** What it may read. */
  readonly secrets?: readonly SecretGrant[];
  /** What it puts on an edge may tell the run what a model was used for. */
  readonly usage?: true;
}

export interface SecretGrant {
  /** Of secret root config, or `secret://VAULT/KEY`: every version and every field of it. */
  readonly path: string;
  readonly at?: Location;
}
