/** What of the host, or of its memory, is put at a place inside. */
export interface SandboxBind {
  /** Absolute, on the host; a folder or a file that exists. */
  readonly source: string;
  /** Absolute, inside. */
  readonly target: string;
  readonly writable: boolean;
}

export interface SandboxScratch {
  /** Absolute, inside. */
  readonly target: string;
  readonly bytes: number;
}
