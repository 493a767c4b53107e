/** Finalizes, or gives up, what a run left that no process drives any more. */
import type { Finalized, FinalizeRequest } from './finalize-request.ts';

/** Takes the lock of the run, and writes to its journal. Refused as `run_lives` where a process has it: that one is to be asked. */
export async function finalizeRun(_request: FinalizeRequest): Promise<Finalized> {
  throw new Error('not wired yet');
}
