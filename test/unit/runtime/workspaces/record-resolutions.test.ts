import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { acquireLock } from '../../../../src/adapters/files/lock.ts';
import { ownerOf } from '../../../../src/adapters/files/owner.ts';
import { fold } from '../../../../src/runtime/journal/fold.ts';
import { openJournal } from '../../../../src/runtime/journal/journal.ts';
import { readJournal } from '../../../../src/runtime/journal/read.ts';
import { createRun, runPaths } from '../../../../src/runtime/state/run-folder.ts';
import { recordResolutions } from '../../../../src/runtime/workspaces/record-resolutions.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(() => temp.remove());
const time = () => '2030-01-01T00:00:00.000Z';
const said = [
  { copy: 'src', path: 'a', take: 'remote' },
  { copy: 'src', path: 'b%0A', take: 'local' },
] as const;

/** One that is over. */
function endedRun(name: string): { readonly dir: string; readonly id: string } {
  const dir = join(temp.path, name);
  const id = createRun(dir, new Date(0), { 'plan.json': '{}\n' });
  const owner = ownerOf(process.pid);
  if (!owner) throw new Error('no owner');
  const journal = openJournal(runPaths(dir, id).journal, { runId: id, owner, clock: time });
  if ('corrupt' in journal) throw new Error('corrupt');
  journal.append({
    type: 'gate',
    action: null,
    attempt: null,
    data: { state: 'BLOCKED', blocked: [{ gate: 'workspace_unfinalized', subject: 'src', reasons: [], remedy: '' }] },
  });
  journal.close();
  return { dir, id };
}
const entriesOf = (dir: string, id: string) => {
  const read = readJournal(runPaths(dir, id).journal, id);
  if ('corrupt' in read) throw new Error(read.corrupt.reason);
  return read.entries;
};

describe('what is said about conflicts of a run that no process has', () => {
  it('stands in its journal, whose chain goes on, and nothing else is left', async () => {
    const { dir, id } = endedRun('ended');
    expect(await recordResolutions(dir, id, said, time)).toBeUndefined();
    const state = fold(entriesOf(dir, id));
    expect(state.resolutions).toEqual(said);
    expect(state.outcome?.state).toBe('BLOCKED');
    const { folder } = runPaths(dir, id);
    for (const name of ['owner.json', 'reserve']) expect(existsSync(join(folder, name)), name).toBe(false);
    // Nobody holds it.
    expect(await recordResolutions(dir, id, [{ ...said[0], take: 'local' }], time)).toBeUndefined();
    expect(fold(entriesOf(dir, id)).resolutions).toEqual([said[1], { ...said[0], take: 'local' }]);
  });

  it('is refused while somebody has the run, whose journal stays as it is', async () => {
    const { dir, id } = endedRun('held');
    const { folder, journal } = runPaths(dir, id);
    const lock = await acquireLock(folder);
    if ('heldBy' in lock) throw new Error('held');
    const before = readFileSync(journal, 'utf8');
    expect(await recordResolutions(dir, id, said, time)).toMatchObject({ gate: 'already_running', subject: id });
    expect(readFileSync(journal, 'utf8')).toBe(before);
    await lock.release();
  });

  it('is refused where the journal is not what was written', async () => {
    const { dir, id } = endedRun('corrupt');
    const { journal } = runPaths(dir, id);
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('BLOCKED', 'blocked'));
    expect(await recordResolutions(dir, id, said, time)).toMatchObject({ gate: 'journal_corrupt' });
  });
});
