/** What a headgate that was killed left half made is ended, and its folder goes. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import {
  createPrivateFolder,
  isStale,
  lookAgain,
  nameOfOuter,
  sweepStaleFolders,
} from '../../../../src/adapters/sandbox/private-folder.ts';

const left: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const child of left.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** As one that a process which has ended since would have made. */
function staleFolder(): string {
  const own = createPrivateFolder();
  const { pid } = spawnSync('true');
  const path = own.path.replace(/hg-[0-9a-z]+-[0-9a-z]+-/, `hg-${pid.toString(36)}-1-`);
  own.remove();
  mkdirSync(path, { mode: 0o700 });
  folders.push(path);
  return path;
}

async function named(argv0: string): Promise<ChildProcess> {
  const child = spawn('sleep', ['600'], { argv0, stdio: 'ignore' });
  left.push(child);
  await once(child, 'spawn');
  return child;
}

it('processes that are called after its folder are ended, and no other', async () => {
  const stale = staleFolder();
  const own = createPrivateFolder();
  expect([isStale(basename(stale)), isStale(basename(own.path))]).toEqual([true, false]);
  const mine = [await named(nameOfOuter(stale)), await named(nameOfOuter(stale))];
  const others = [await named(nameOfOuter(own.path)), await named('bwrap')];
  const ended = Promise.all(mine.map((child) => once(child, 'exit')));
  sweepStaleFolders();
  expect(await ended).toEqual([
    [null, 'SIGKILL'],
    [null, 'SIGKILL'],
  ]);
  expect(others.map(({ exitCode, signalCode }) => [exitCode, signalCode])).toEqual([
    [null, null],
    [null, null],
  ]);
  expect([existsSync(stale), existsSync(own.path)]).toEqual([false, true]);
  own.remove();
});

it('it is looked again for as long as some are found, and not for ever', () => {
  const rounds = (found: readonly boolean[]): number => {
    let count = 0;
    lookAgain(() => found[count++] ?? true);
    return count;
  };
  expect([rounds([false]), rounds([true, false]), rounds([true, true, false]), rounds([])]).toEqual([1, 2, 3, 10]);
});
