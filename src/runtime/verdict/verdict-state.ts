/** Whether the statement of a run is there, and for which end; not whether it holds, which is what `verify-run` finds out. */
import { createFolderReader } from '../../adapters/files/folder-reader.ts';
import { readStatement } from '../../plan/verify/envelope.ts';

export interface VerdictState {
  /** `stale`: the run went on since. */
  readonly state: 'signed' | 'unsigned' | 'missing' | 'stale' | 'corrupt';
  /** Of the key that it says it was signed with. */
  readonly keyid: string | null;
}

/** `head` is the hash of the last entry of the journal. */
export function verdictState(folder: string, head: string | undefined): VerdictState {
  const read = readStatement(createFolderReader(folder));
  if ('refused' in read) return { state: read.isMissing ? 'missing' : 'corrupt', keyid: null };
  const { signer, journal } = read.found;
  if (journal.head !== head) return { state: 'stale', keyid: null };
  return signer === null ? { state: 'unsigned', keyid: null } : { state: 'signed', keyid: signer.keyid };
}
