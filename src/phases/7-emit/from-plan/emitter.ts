import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import type { Files, Output } from '../output.ts';

export interface PlanInput {
  readonly plan: DeploymentPlan;
  /** Its canonical bytes, with a line end. */
  readonly text: string;
}

export type Report = (diagnostic: Diagnostic) => void;

/** An output made of the plan and nothing else, so that it can be made of a `plan.json` as well, long after the compile. */
export interface PlanEmitter extends Output {
  /** What the output cannot say of the plan is reported; after an error the files are not to be used. */
  readonly emit: (input: PlanInput, report: Report) => Files;
}
