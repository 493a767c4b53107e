/** Writes down what somebody says about conflicts of a run that no process has; one that lives writes it down itself. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock } from '../../adapters/files/lock.ts';
import type { Blocked } from '../../ir/blocked.ts';
import { openJournal } from '../journal/journal.ts';
import type { Resolution } from '../journal/resolutions.ts';
import { isIoError } from '../journal/writable.ts';
import { alreadyRuns, journalCorrupt, runsElsewhere, unwritable } from '../state/refusals.ts';
import { runPaths } from '../state/run-folder.ts';

/** Undefined when all of it is on the disk. `time` answers RFC 3339. */
export async function recordResolutions(
  stateDir: string,
  id: string,
  resolutions: readonly Resolution[],
  time: () => string,
): Promise<Blocked | undefined> {
  const { folder, journal: path } = runPaths(stateDir, id);
  try {
    const lock = await acquireLock(folder);
    if ('heldBy' in lock) {
      const record = join(folder, 'owner.json');
      return lock.elsewhere === undefined
        ? alreadyRuns(id, lock.heldBy?.pid)
        : runsElsewhere(id, lock.elsewhere, record);
    }
    try {
      const journal = openJournal(path, { runId: id, owner: lock.owner, clock: time });
      if ('corrupt' in journal) return journalCorrupt(id, path, journal.corrupt);
      try {
        for (const one of resolutions) {
          const data = { event: 'conflict-resolved', ...one } as const;
          journal.append({ type: 'progress', action: null, attempt: null, data });
        }
      } finally {
        journal.close();
      }
      return undefined;
    } finally {
      for (const name of ['reserve', 'owner.json']) rmSync(join(folder, name), { force: true });
      await lock.release();
    }
  } catch (error) {
    if (!isIoError(error)) throw error;
    return unwritable(stateDir, error);
  }
}
