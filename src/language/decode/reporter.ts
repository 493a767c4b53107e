import type { Range } from '../../base/span.ts';

export type Fault =
  | 'unknown-field'
  | 'wrong-type'
  | 'missing-field'
  | 'duplicate-field'
  | 'duplicate-name'
  | 'invalid-value'
  | 'invalid-interpolation'
  | 'invalid-when-path'
  | 'invalid-each-path'
  | 'unclosed-quote'
  | 'mixed-binding-form'
  | 'binding-target-self'
  | 'invalid-policy-ref'
  | 'both-spellings'
  | 'program-kind';

export interface Further {
  /** What the range repeats. */
  readonly first?: Range | undefined;
  /** The smallest text to edit, inside the range. */
  readonly focus?: Range | undefined;
}

/** What was probably meant, in place of the text at the range. */
export interface Meant {
  readonly range: Range;
  readonly text: string;
}

export interface Reporter {
  /** `path` is for people: `bindings[0].to`, `.` for the root. */
  readonly report: (
    fault: Fault,
    range: Range,
    path: string,
    message: string,
    help?: string,
    meant?: Meant,
    further?: Further,
  ) => void;
}
