import type { Location } from '../../../base/span.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import type { Files, Output } from '../output.ts';

export interface PlanInput {
  readonly plan: DeploymentPlan;
  /** Where a component is declared; nobody knows of a plan alone. */
  readonly placeOf?: (moniker: string) => Location | undefined;
  /** Of a program's file, by its name in `sources`; undefined where it cannot be looked at. Only what is told depends on it. */
  readonly firstLineOf?: (program: string) => string | undefined;
}

export type Report = (diagnostic: Diagnostic) => void;

/** An output made of the plan and nothing else, so that it can be made of a `plan.json` as well, long after the compile. */
export interface PlanEmitter extends Output {
  /** What the output cannot say of the plan is reported; after an error the files are not to be used. */
  readonly emit: (input: PlanInput, report: Report) => Files;
}
