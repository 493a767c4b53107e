/** Finalizes, or gives up, what a run left that no process drives any more. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock } from '../../adapters/files/lock.ts';
import { copyAction } from '../../ir/action.ts';
import type { Authority } from '../authority/authority.ts';
import { authorityOfRun } from '../authority/of-run.ts';
import { openDelegation } from '../delegation-file.ts';
import { createLocalWorkspaces } from '../environments/local/workspaces.ts';
import { createFold, type Fold } from '../journal/fold.ts';
import { type Journal, openJournal } from '../journal/journal.ts';
import { createRecorder } from '../journal/record.ts';
import { isIoError } from '../journal/writable.ts';
import { type RunFiles, readRunFiles } from '../state/run-files.ts';
import { runPaths, storePath } from '../state/run-folder.ts';
import { openStore } from '../store/store.ts';
import { runCopies } from './check-workspaces.ts';
import { asked, finalizeAll, isNamed } from './finalize-copies.ts';
import type { Finalized, FinalizeRefused, FinalizeRequest } from './finalize-request.ts';
import { hostSources } from './host-sources.ts';
import type { FinalizeContext, RunCopy } from './run-copies.ts';
import { workspaceStatus } from './status.ts';
import { mayGo, teardownCopy } from './teardown.ts';

/** Takes the lock of the run, and writes to its journal. Refused as `run_lives` where a process has it: that one is to be asked. */
export async function finalizeRun(request: FinalizeRequest): Promise<Finalized> {
  const { stateDir, id } = request;
  const { folder, journal: path } = runPaths(stateDir, id);
  if (!existsSync(folder)) return refused('run_unknown', `there is no run ${id}`, '`headgate ps --all` lists them');
  const files = readRunFiles(stateDir, id);
  if (!files || 'blocked' in files) return corrupt(id, files?.blocked.reasons.join('; ') ?? 'its plan is gone');
  try {
    const lock = await acquireLock(folder);
    if ('heldBy' in lock) return lock.elsewhere === undefined ? lives(id) : elsewhere(id, lock.elsewhere);
    try {
      const journal = openJournal(path, { runId: id, owner: lock.owner, clock: () => new Date().toISOString() });
      if ('corrupt' in journal) return corrupt(id, `line ${journal.corrupt.line}: ${journal.corrupt.reason}`);
      try {
        return await withJournal(request, files, journal);
      } finally {
        journal.close();
      }
    } finally {
      for (const name of ['reserve', 'owner.json']) rmSync(join(folder, name), { force: true });
      await lock.release();
    }
  } catch (error) {
    if (!isIoError(error)) throw error;
    return refused(
      'state_unwritable',
      `what becomes of run ${id} cannot be written down: ${error.message}`,
      'make room in the state folder, and ask again',
    );
  }
}

/** Whoever is asked when no process drives the run any more stands on the same delegations, as they are now. */
async function authorityFor(
  { plan, settings }: RunFiles,
  known: Fold,
  record: FinalizeContext['record'],
  copies: readonly RunCopy[],
): Promise<Authority> {
  return authorityOfRun({
    plan,
    components: [],
    edges: [],
    grants: [],
    copies,
    file: await openDelegation(plan, settings, () => performance.now()),
    clock: { time: () => new Date().toISOString() },
    revoked: known.state().revoked,
    record,
    lives: new Map(),
    onLost: () => {},
  });
}

async function withJournal(
  { stateDir, id, component, how }: FinalizeRequest,
  files: RunFiles,
  journal: Journal,
): Promise<Finalized> {
  const { plan, settings } = files;
  const { sourceFolder } = settings;
  const known = createFold();
  for (const entry of journal.entries) known.add(entry);
  const copies = runCopies(plan, sourceFolder);
  const place = createLocalWorkspaces({ stateDir, run: id });
  const store = openStore(storePath(stateDir));
  const record = createRecorder(journal, id, known, () => {});
  const authority = await authorityFor(files, known, record, copies);
  const run: FinalizeContext = {
    id,
    record,
    authority,
    store,
    state: known.state,
    sources: () => hostSources({ stateDir, run: id, env: process.env }),
    placeOf: () => place,
  };
  const open = asked(run, copies, component);
  // Whoever decided about them was ended before they were taken away.
  const left = copies.filter((copy) => mayGo(known.state(), copy.id) && isNamed(copy, component));
  if ('code' in open && (open.code !== 'nothing_to_finalize' || left.length === 0)) return { refused: open };
  const todo = 'code' in open ? [] : open;
  for (const copy of todo) tellCutOff(run, copy);
  await finalizeAll(run, todo, how);
  const all = [...todo, ...left];
  for (const copy of all) await teardownCopy(run, copy, authority.back(copyAction('workspace.teardown', copy.id)));
  const done = all.map((copy) => copy.id);
  const facts = { id, stateDir, plan, sourceFolder, state: known.state(), store, lives: false };
  return { workspaces: workspaceStatus(facts).filter((one) => done.includes(one.id)) };
}

/** An earlier process was at it when it was ended. */
function tellCutOff({ record, state }: FinalizeContext, copy: RunCopy): void {
  const action = copyAction('workspace.finalize', copy.id);
  if (state().copies.get(copy.id)?.finalize !== 'begun') return;
  const attempt = state().actions.get(`${action.type}:${action.target}`)?.attempt ?? 1;
  record.tell('reconciled', action, attempt, { state: 'failed', exit: 'headgate was ended while it was under way' });
}

const refused = (code: FinalizeRefused['code'], message: string, remedy: string): Finalized => ({
  refused: { code, message, remedy },
});
const corrupt = (id: string, reason: string): Finalized =>
  refused('run_corrupt', `the record of run ${id} cannot be used: ${reason}`, 'put its folder back as it was');
const lives = (id: string): Finalized =>
  refused('run_lives', `run ${id} goes on`, 'ask the process that drives it, through its interface');
const elsewhere = (id: string, host: string): Finalized =>
  refused('run_elsewhere', `run ${id} is on the machine ${host}`, 'ask there');
