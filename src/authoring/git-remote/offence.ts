/** What is found in one file, wherever it is written. */
export interface Offence {
  /** Offset in the text. */
  readonly start: number;
  /** What git is told: `push`. */
  readonly what: string;
}

export interface Comment {
  readonly start: number;
  /** Between its marks. */
  readonly text: string;
}

export type Reading =
  | { readonly offences: readonly Offence[]; readonly comments: readonly Comment[] }
  /** It cannot be read, so nobody knows what it does. */
  | { readonly fault: string; readonly start: number };
