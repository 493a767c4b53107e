import type { JsonObject } from '../../base/json.ts';
import type { Governed } from '../../ir/governed.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { ManifestTree } from '../../ir/tree.ts';
import type { ProgramFile } from '../../language/program/program-files.ts';

export interface EmitInput {
  readonly plan: DeploymentPlan;
  readonly planText: string;
  readonly governed: Governed;
  readonly programs: readonly ProgramFile[];
  /** What was compiled; only manifests make a bundle or a lock. */
  readonly from:
    | { readonly kind: 'manifests'; readonly tree: ManifestTree }
    | { readonly kind: 'ir'; readonly catalog: JsonObject | null };
}

/** One target: from the plan (the scenario IR also needs the numbered graph) to files in memory, by relative path. */
export interface Emitter {
  readonly kind: string;
  /** `file`: the one file is written to PATH. `folder`: the files are written below PATH. */
  readonly shape: 'file' | 'folder';
  /** A folder whose files belong together: PATH must be new or empty, so that nothing of another one is taken for a part. */
  readonly fresh?: true;
  /** Of a `file`: it comes with others, which go into the folder that is called like it with this behind. The file is the first. */
  readonly companions?: string;
  readonly emit: (input: EmitInput) => ReadonlyMap<string, string>;
}
