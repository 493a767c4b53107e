import type { JsonObject } from '../../base/json.ts';
import type { Governed } from '../../ir/governed.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { ManifestTree } from '../../ir/tree.ts';
import type { ProgramFile } from '../../language/program/program-files.ts';
import type { Files, Output } from './output.ts';

/** A compile as it ended: what only it knows, and no plan holds. */
export interface CompileInput {
  readonly plan: DeploymentPlan;
  readonly governed: Governed;
  readonly programs: readonly ProgramFile[];
  /** What was compiled; only manifests make a bundle or a lock. */
  readonly from:
    | { readonly kind: 'manifests'; readonly tree: ManifestTree }
    | { readonly kind: 'ir'; readonly catalog: JsonObject | null };
}

/** An output that needs more than the plan: manifests, recorded answers, or the numbered graph. All else is a `PlanEmitter`. */
export interface CompileEmitter extends Output {
  readonly emit: (input: CompileInput) => Files;
}
