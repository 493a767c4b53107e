import type { ConflictPolicy } from '../../ir/plan-workspace-schema.ts';
import type { BytePath, Merge, Tree } from '../../ir/workspace.ts';

/** Conflicts that somebody has said the end of: whose side is taken there. */
export type Resolved = ReadonlyMap<BytePath, 'local' | 'remote'>;

export function threeWay(
  _base: Tree,
  _local: Tree,
  _remote: Tree,
  _policy: ConflictPolicy,
  _resolved?: Resolved,
): Merge {
  return { changes: [], conflicts: [] };
}
