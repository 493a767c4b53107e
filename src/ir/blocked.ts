/** Why a run cannot go on, and what would let it: recoverable, unlike a failure. */
export interface Blocked {
  /** What closed: `sandbox_unavailable`, `config_missing`, … */
  readonly gate: string;
  /** Of what: a moniker, a slot, `run`. */
  readonly subject: string;
  readonly reasons: readonly string[];
  /** An order to the reader. */
  readonly remedy: string;
}
