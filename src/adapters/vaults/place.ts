/** What a vault is opened with. */
export interface VaultPlace {
  /** Absolute; relative files of the plan are seen from it. */
  readonly folder: string;
  /** What `~/` stands for. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
