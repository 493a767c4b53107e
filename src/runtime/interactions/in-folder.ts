/** Answers what was asked in a run that no process drives any more: it is written to its journal, as its own process would. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningKey } from '../../adapters/files/ed25519.ts';
import { acquireLock } from '../../adapters/files/lock.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { FinalizeState } from '../../ir/workspace-status.ts';
import type { EntryContent } from '../../language/journal/entry.ts';
import { createFold, type Fold } from '../journal/fold.ts';
import { interactionStatus } from '../journal/interactions.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import { isIoError } from '../journal/writable.ts';
import { alreadyRuns, journalCorrupt, runsElsewhere, unwritable } from '../state/refusals.ts';
import { runPaths, storePath } from '../state/run-folder.ts';
import { openStore } from '../store/store.ts';
import { allBlobs, seal } from '../verdict/seal.ts';
import { verdictState } from '../verdict/verdict-state.ts';
import { type Answering, judgeAnswer } from './answer.ts';
import type { InteractionFault } from './fault.ts';
import type { Answered } from './interactions.ts';

export interface InFolder extends Answering {
  readonly stateDir: string;
  readonly run: string;
  readonly time: () => string;
  /** Signs the statement again of a run that is over. */
  readonly key?: SigningKey | undefined;
  readonly finalizeOf: (state: ReturnType<Fold['state']>, component: string) => FinalizeState | undefined;
}

/** `alive`: a process has it, which is to be asked. */
export type AnsweredInFolder =
  | Answered
  | { readonly fault: InteractionFault }
  | { readonly blocked: readonly Blocked[]; readonly alive?: true };

export async function answerInFolder(options: InFolder): Promise<AnsweredInFolder> {
  const { stateDir, run } = options;
  const { folder, journal: path } = runPaths(stateDir, run);
  try {
    const lock = await acquireLock(folder);
    if ('heldBy' in lock) {
      const { heldBy, elsewhere } = lock;
      if (elsewhere === undefined) return { blocked: [alreadyRuns(run, heldBy?.pid)], alive: true };
      return { blocked: [runsElsewhere(run, elsewhere, join(folder, 'owner.json'))] };
    }
    let journal: ReturnType<typeof openJournal> | undefined;
    try {
      journal = openJournal(path, { runId: run, owner: lock.owner, clock: options.time });
      return 'corrupt' in journal
        ? { blocked: [journalCorrupt(run, path, journal.corrupt)] }
        : write(options, folder, journal);
    } finally {
      if (journal && 'close' in journal) journal.close();
      rmSync(join(folder, 'owner.json'), { force: true });
      await lock.release();
    }
  } catch (error) {
    if (!isIoError(error)) throw error;
    return { blocked: [unwritable(stateDir, error)] };
  }
}

function write(options: InFolder, folder: string, journal: Journal): AnsweredInFolder {
  const { stateDir, run, key } = options;
  const known = createFold();
  for (const entry of journal.entries) known.add(entry);
  const { outcome } = known.state();
  if (outcome) rmSync(join(folder, 'reserve'), { force: true });
  const judged = judgeAnswer(run, known.state().interactions, options, (component) =>
    options.finalizeOf(known.state(), component),
  );
  if ('fault' in judged) return judged;
  if ('known' in judged) return { interaction: interactionStatus(judged.known) };
  const before = verdictState(folder, journal.entries.at(-1)?.hash);
  // What is over stays as it was judged, and its statement is about every line: it is made once more, and never with less than before.
  if (outcome && before.state === 'signed' && !key) return { fault: signedBefore(run, before.keyid) };
  known.add(journal.append({ type: 'progress', action: null, attempt: null, data: judged.record }));
  if (outcome) {
    known.add(journal.append({ type: 'gate', action: null, attempt: null, data: outcome } as EntryContent));
    seal({ id: run, folder, store: openStore(storePath(stateDir)), blobs: allBlobs(known.state()), key });
  }
  const found = known.state().interactions.get(judged.record.id);
  if (!found) throw new Error(`interaction ${judged.record.id} is not in the journal`);
  return { interaction: interactionStatus(found) };
}

const signedBefore = (run: string, keyid: string | null): InteractionFault => ({
  code: 'verdict_signed',
  message: `run ${run} is over, and its verdict was signed with the key ${keyid ?? ''}, which would not cover the answer`,
  remedy: 'give that key with --sign-key, so that it is signed again',
});
