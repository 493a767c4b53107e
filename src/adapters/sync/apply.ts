import type { BytePath, Conflict, Merge } from '../../ir/workspace.ts';
import type { SyncFault } from './fault.ts';
import type { Staged } from './stage.ts';

export interface ApplyRequest {
  readonly target: string;
  readonly staged: Staged;
  /** The very one that was staged. */
  readonly merge: Merge;
}

export interface Applied {
  /** Paths that are now what they were to become, whether it was this call that did it or one before. */
  readonly written: readonly BytePath[];
  readonly removed: readonly BytePath[];
  /** Edited since the merge was made; the source keeps what it has. Those of the merge itself are not among them. */
  readonly conflicts: readonly Conflict[];
}

/** Again after a crash: goes on where the last one ended. After a fault the target is as it was, and the staged set is gone. */
export async function apply(_request: ApplyRequest): Promise<Applied | { readonly fault: SyncFault }> {
  return { written: [], removed: [], conflicts: [] };
}
