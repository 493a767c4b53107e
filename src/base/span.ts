/** A half-open interval of UTF-16 code units in one source text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A range in a named source. `file` is the key of the source in the compile's `Sources`. */
export interface Location {
  readonly file: string;
  readonly range: Range;
}

export const emptyRange: Range = { start: 0, end: 0 };

export const at = (file: string, range: Range): Location => ({ file, range });
