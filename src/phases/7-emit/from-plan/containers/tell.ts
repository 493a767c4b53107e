/** Telling what a target cannot hold, at the place of the component that it is about. */
import type { Place } from '../../../../diagnostics/define.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { PlanInput, Report } from '../emitter.ts';

export interface Tell {
  readonly of: (moniker: string, make: (place: Place) => Diagnostic) => void;
  /** Of the file of a program. */
  readonly firstLineOf: (program: string | undefined) => string | undefined;
}

export const telling = ({ placeOf, firstLineOf }: PlanInput, report: Report): Tell => ({
  of: (moniker, make) => report(make({ at: placeOf?.(moniker) })),
  firstLineOf: (program) => (program === undefined ? undefined : firstLineOf?.(program)),
});
