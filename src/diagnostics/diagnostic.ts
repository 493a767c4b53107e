import type { Location, Range } from '../base/span.ts';
import type { Fix } from './fix.ts';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

export interface Related {
  readonly message: string;
  readonly at: Location;
}

export interface Diagnostic {
  /** `phase/kebab-name`, the identity. */
  readonly code: string;
  /** Codes of the reference implementation, and old names of this one. */
  readonly aliases: readonly string[];
  readonly severity: Severity;
  readonly message: string;
  /** Of a policy's finding: whose rule it is, `audit.record/no-images`. Code scanning tells findings apart by it. */
  readonly rule?: string;
  /** The text under the marks of the primary range. */
  readonly label?: string;
  /** The smallest text the author would edit, unless there is a `focus`; absent only for problems outside any file. */
  readonly at?: Location;
  /** The smallest text to edit where `at`, the place that the reference implementation tells, is more. Inside of it. */
  readonly focus?: Range;
  /** Of the file of `at`: what must not be seen, in no excerpt of the whole report. */
  readonly conceals?: readonly Range[];
  readonly related: readonly Related[];
  readonly help?: string;
  /** Changes that would mend it, the best first. */
  readonly fixes?: readonly Fix[];
}

/** What is marked for people. */
export const markedAt = ({ at, focus }: Diagnostic): Location | undefined =>
  at && focus ? { ...at, range: focus } : at;
