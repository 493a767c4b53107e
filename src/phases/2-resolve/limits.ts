export interface ResolveLimits {
  /** Of one manifest, and of one file that a program refers to. */
  readonly maxBytes: number;
  /** Of the whole tree: components, policies under `use`, and what child templates stand for. */
  readonly maxInstances: number;
  /** Loads at the same time. */
  readonly concurrency: number;
}

export const defaultLimits: ResolveLimits = { maxBytes: 8 * 1_048_576, maxInstances: 200_000, concurrency: 64 };
