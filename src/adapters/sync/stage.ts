import type { Merge } from '../../ir/workspace.ts';
import type { SyncFault } from './fault.ts';

/** What a journal holds between staging and applying: plain JSON. */
export interface Staged {
  /** Absolute. Nothing is there where nothing is to be changed. */
  readonly folder: string;
}

export interface StageRequest {
  /** Absolute: what the run worked on. */
  readonly copyRoot: string;
  /** Absolute, real: what is to be changed. */
  readonly target: string;
  readonly merge: Merge;
  /** One for each copy of each run: the folder is called `.headgate-staging-<name>`. */
  readonly name: string;
}

/**
 * Whole or not at all: after a fault nothing is left. May be called again after a crash, also when some of it has been applied: what an
 * earlier one of this name left is taken away first.
 */
export async function stage(
  _request: StageRequest,
): Promise<{ readonly staged: Staged } | { readonly fault: SyncFault }> {
  return { staged: { folder: '' } };
}

/** Need not be there. */
export function removeStaged(_staged: Staged): void {}
