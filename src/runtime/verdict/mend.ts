/** A run that is over, and whose headgate was ended before it had written its statement, or had tidied up after it. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readPublicKey, type SigningKey } from '../../adapters/files/ed25519.ts';
import { createFolderReader } from '../../adapters/files/folder-reader.ts';
import { acquireLock } from '../../adapters/files/lock.ts';
import type { Blocked } from '../../ir/blocked.ts';
import { isPassing } from '../../plan/verify/folder.ts';
import { verifyRun } from '../../plan/verify/verify.ts';
import { fold } from '../journal/fold.ts';
import { readJournal } from '../journal/read.ts';
import { isIoError } from '../journal/writable.ts';
import { alreadyRuns, journalCorrupt, unwritable } from '../state/refusals.ts';
import { runPaths, storePath } from '../state/run-folder.ts';
import { openStore } from '../store/store.ts';
import { allBlobs, type Sealed, seal } from './seal.ts';
import { verdictState } from './verdict-state.ts';

/**
 * Writes what is missing, and signs what is not signed by `key`. Undefined where there is nothing to do. A statement that does not hold
 * is left as it is, and told.
 */
export async function mendVerdict(
  stateDir: string,
  id: string,
  key: SigningKey | undefined,
): Promise<Sealed | { readonly blocked: readonly Blocked[] } | undefined> {
  const { folder, journal, control } = runPaths(stateDir, id);
  const read = readJournal(journal, id);
  if ('corrupt' in read) return { blocked: [journalCorrupt(id, journal, read.corrupt)] };
  const found = verdictState(folder, read.entries.at(-1)?.hash);
  const isThere = found.state === 'signed' || found.state === 'unsigned' || found.state === 'corrupt';
  const isWanted = key !== undefined && found.keyid !== key.keyid;
  const isLeft = readdirSync(folder).some(isPassing);
  if (isThere && !isWanted && !isLeft && found.state !== 'corrupt') return undefined;
  if (isThere) {
    const { refused } = verifyRun(createFolderReader(folder), { keys: { wanted: undefined, read: readPublicKey } });
    const blocked = refused.filter(({ gate, subject }) => gate !== 'file_unexpected' || !isPassing(subject));
    if (blocked.length > 0) return { blocked };
  }
  try {
    const lock = await acquireLock(folder);
    if ('heldBy' in lock) return { blocked: [alreadyRuns(id, lock.heldBy?.pid)] };
    try {
      if (isThere && !isWanted) return { keyid: found.keyid };
      return seal({ id, folder, store: openStore(storePath(stateDir)), blobs: allBlobs(fold(read.entries)), key });
    } finally {
      for (const path of [control, join(folder, 'reserve'), join(folder, 'owner.json')]) rmSync(path, { force: true });
      await lock.release();
    }
  } catch (error) {
    if (!isIoError(error)) throw error;
    return { blocked: [unwritable(stateDir, error)] };
  }
}
