/** What of the host, or of its memory, is put at a place inside. */
export interface SandboxBind {
  /** Absolute, on the host; a folder or a file that exists. */
  readonly source: string;
  /** Absolute, inside. */
  readonly target: string;
  readonly writable: boolean;
}

/** A folder of the host that outlives the sandbox; a program that puts more into it than it may is ended. */
export interface SandboxCache {
  /** Absolute, on the host; a folder that exists. */
  readonly source: string;
  /** Absolute, inside. */
  readonly target: string;
  readonly bytes: number;
}

export interface SandboxScratch {
  /** Absolute, inside. */
  readonly target: string;
  readonly bytes: number;
}
