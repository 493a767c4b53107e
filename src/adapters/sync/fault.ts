import type { BytePath } from '../../ir/workspace.ts';

/** Why files could not be taken, brought or put: never thrown, always told, and nothing is half done when it is. */
export interface SyncFault {
  /** `workspace_…`, stable; programs may depend on it. */
  readonly code: string;
  /** From the root of the tree that was looked at. */
  readonly path?: BytePath;
  /** Names the place, as `pathText` shows it. */
  readonly message: string;
  readonly remedy: string;
}
