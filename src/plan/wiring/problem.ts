/** Why a plan cannot be wired, or a program not be rendered. Facts without remedies: those depend on who asks. */

export type WiringProblem =
  /** A required leaf of the root config has no value. */
  | { readonly kind: 'config-missing'; readonly path: string; readonly env: string }
  /** `''` is the whole root config. The message quotes no value. */
  | { readonly kind: 'config-invalid'; readonly path: string; readonly message: string; readonly remedy?: string }
  /** A root slot that the scenario needs, and that nothing is given for. */
  | { readonly kind: 'external-missing'; readonly slot: string }
  /** No URL leads to what it is. */
  | { readonly kind: 'external-unsupported'; readonly slot: string; readonly capability: string }
  /** Something is given for a slot that no program uses, or that is none of the `declared`. */
  | { readonly kind: 'external-unknown'; readonly slot: string; readonly declared: readonly string[] }
  | { readonly kind: 'size-invalid'; readonly storage: string; readonly size: string };

export type RenderProblem =
  /** Its config, put together, does not fit its schema. */
  | { readonly kind: 'config'; readonly messages: readonly string[] }
  | {
      readonly kind: 'program';
      readonly messages: readonly string[];
      /** Of the messages, those that a slot without a URL is the cause of. */
      readonly unbound: readonly UnboundSlot[];
    };

export interface UnboundSlot {
  readonly slot: string;
  /** The root slot behind it that nothing is given for; null where it is not bound at all. */
  readonly external: string | null;
}
