/** What a type of action says of itself. Order, restarts and undoing come from the graph and from here, and from nowhere else. */

import type { Action, ActionState, ActionType } from '../../ir/action.ts';
import type { Standing } from '../../ports/authority.ts';
import type { ActionRecord } from '../journal/fold.ts';
import type { RunContext } from '../run-context.ts';

/**
 * What a later process of the run may do with an action that was begun: do it again; look whether its effect is there, and else do
 * it again; or neither, because it is not to have its effect twice.
 */
export type Replay = 'safe' | 'check' | 'never';

/** What is known of an attempt by looking at the world. */
export interface Found {
  readonly state: ActionState;
  /** How its program ended, in words, and where that was found. */
  readonly exit?: string;
  readonly from?: string;
  /** Of the copy of a workspace that is there. */
  readonly workspace?: { readonly baseline: string; readonly identity: string; readonly git?: string };
}

export interface Handler {
  readonly replay: Replay;
  /** The type that takes the effect back, of the same target; null where nothing is left to take back. */
  readonly undo: ActionType | null;
  /** Looks at what an earlier process left: an attempt without an outcome, or one that succeeded. Has no effect. */
  readonly reconcile: (run: RunContext, left: ActionRecord) => Promise<Found>;
  /**
   * Writes its intent and its outcome, standing on what was given for it. Answers whether what needs it may begin; throws when the record
   * cannot be written.
   */
  readonly perform: (run: RunContext, action: Action, on: Standing) => Promise<boolean>;
}

/** Whatever it was doing ended with the process that did it. */
export const endedWithItsProcess = async (): Promise<Found> => ({ state: 'failed' });
