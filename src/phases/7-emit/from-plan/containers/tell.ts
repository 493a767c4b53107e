/** Telling what a target cannot hold, at the place of the component that it is about. */
import type { Place } from '../../../../diagnostics/define.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { PlanInput, Report } from '../emitter.ts';

export interface Tell {
  readonly of: (moniker: string, make: (place: Place) => Diagnostic) => void;
}

export const telling = ({ placeOf }: PlanInput, report: Report): Tell => ({
  of: (moniker, make) => report(make({ at: placeOf?.(moniker) })),
});
