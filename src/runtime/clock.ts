/** The time of a run, as it is handed in. */
export interface Clock {
  /** RFC 3339, UTC. */
  readonly time: () => string;
  /** Milliseconds; only differences mean something. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** As `sleep`, and keeps no process alive. */
  readonly idle?: (ms: number, signal: AbortSignal) => Promise<void>;
}
