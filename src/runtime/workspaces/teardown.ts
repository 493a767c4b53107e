/** Takes copies away that nobody needs any more: what was done in one is in its source, or was given up. */
import { copyAction } from '../../ir/action.ts';
import type { Standing } from '../../ports/authority.ts';
import type { RunState } from '../journal/fold.ts';
import { whileWritable } from '../journal/writable.ts';
import type { FinalizeContext, RunCopy } from './run-copies.ts';

/** Nothing but a finalize that went well, or somebody who gave the changes up, lets go of a copy. */
export function mayGo({ copies }: Pick<RunState, 'copies'>, id: string): boolean {
  const record = copies.get(id);
  return record?.prepared === true && (record.finalize === 'succeeded' || record.finalize === 'abandoned');
}

/** What cannot be removed stays, and stands in nobody's way. */
export async function teardownCopy(run: FinalizeContext, copy: RunCopy, on: Standing): Promise<void> {
  if (!mayGo(run.state(), copy.id)) return;
  const action = copyAction('workspace.teardown', copy.id);
  const attempt = whileWritable(() => run.record.begin(action, on));
  // What nobody can read of is not taken away.
  if (attempt === undefined) return;
  const fault = await removed(run, copy, on);
  whileWritable(() =>
    run.record.outcome(action, attempt, fault === undefined ? { state: 'succeeded' } : { state: 'failed', fault }),
  );
}

async function removed(run: FinalizeContext, copy: RunCopy, on: Standing): Promise<string | undefined> {
  try {
    await run.placeOf(copy)?.remove(copy.id, on);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
