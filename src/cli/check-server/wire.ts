/**
 * What goes over the socket of a check server. The question is a line of JSON, and after it as many bytes of standard input as it says. The
 * answer is the line `accepted` when the server begins, then a line of JSON, and after it the bytes of all outputs.
 */

export interface CheckQuestion {
  readonly kind: 'check';
  readonly identity: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of standard output and standard error, where they are terminals. */
  readonly outColumns?: number;
  readonly errColumns?: number;
  /** Bytes of standard input that follow. */
  readonly stdin: number;
}

export type Question = CheckQuestion | { readonly kind: 'status' } | { readonly kind: 'stop' };

/** 1 is standard output, 2 standard error; `bytes` of it, in the order in which they were written. */
export interface OutputPart {
  readonly to: 1 | 2;
  readonly bytes: number;
}

export type Answer =
  | { readonly code: number; readonly parts: readonly OutputPart[] }
  /** Not done here: whoever asks does it itself. */
  | { readonly cold: string; readonly ends?: true }
  | { readonly status: ServerStatus };

export interface ServerStatus {
  readonly pid: number;
  readonly version: string;
  readonly program: string;
  /** Checks that were answered, and those that were left to a process of their own. */
  readonly checks: number;
  readonly left: number;
  /** Of manifests that are kept. */
  readonly keptBytes: number;
  readonly memoryBytes: number;
}

export const accepted = 'accepted\n';
