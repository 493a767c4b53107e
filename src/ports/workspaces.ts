/** Copies of workspaces in the place where components run. Whoever merges them knows no more of a place than this. */
import type { JsonObject } from '../base/json.ts';
import type { PlanWorkspace } from '../ir/plan-workspace-schema.ts';
import type { Tree } from '../ir/workspace.ts';
import type { Standing } from './authority.ts';

/** Told and never thrown; nothing is half done when it is. */
export interface WorkspaceFault {
  /** `workspace_…`, or `suspicious_deletion`. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface CopyToMake {
  readonly id: string;
  /** Absolute, on this machine. */
  readonly source: string;
  readonly kind: PlanWorkspace['kind'];
  /** What the source is; a file that is no longer so is a fault. */
  readonly tree: Tree;
  /** Both stand in the marker, which is written last. */
  readonly baseline: string;
  readonly identity: string;
}

/** What a copy says of itself that was made to its end. */
export interface CopyMarker {
  readonly baseline: string;
  readonly identity: string;
  /** What the repository of the source was; null where it is none. */
  readonly git: JsonObject | null;
}

export interface CopyToCollect {
  readonly id: string;
  readonly kind: PlanWorkspace['kind'];
  readonly exclude: readonly string[];
  readonly baseline: Tree;
}

export interface Collected {
  /** Absolute, on this machine: it holds what the tree says. */
  readonly folder: string;
  readonly tree: Tree;
}

export interface Workspaces {
  /** Undefined where none was made to its end. */
  readonly made: (id: string) => Promise<CopyMarker | undefined>;
  /** Makes it anew; what an earlier one of this id left is taken away first. */
  readonly prepare: (copy: CopyToMake, on: Standing) => Promise<CopyMarker | { readonly fault: WorkspaceFault }>;
  /** What it holds now. */
  readonly collect: (copy: CopyToCollect, on: Standing) => Promise<Collected | { readonly fault: WorkspaceFault }>;
  /** It need not be there. */
  readonly remove: (id: string, on: Standing) => Promise<void>;
}
