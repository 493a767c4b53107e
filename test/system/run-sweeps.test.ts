/** headgate is killed at every call of a kind, one run for each: what it wrote, synced and renamed until then is enough to go on. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { headgate, launch, type RunOptions } from '../support/run/cli-run.ts';
import { journalLines, journalPath, runFolders } from '../support/run/journal.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { expectSameEndOf } from '../support/run/same-end.ts';
import { scenarioOf, task } from '../support/run/scenarios.ts';
import { countCalls, points, strace, sweepTime } from '../support/run/sweep.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(async () => {
  await expectNoProcess(temp.path);
  temp.remove();
});

let states = 0;
const fresh = (more: Partial<RunOptions> = {}): RunOptions => ({
  stateDir: join(temp.path, `state${states++}`),
  cwd: temp.path,
  ...more,
});
const tasks = join(temp.lay(scenarioOf({ one: task('one'), two: task('two') })), 'scenario.json');
const expectSameEnd = (options: RunOptions, what: string): Promise<void> => expectSameEndOf(tasks, options, what);

describe('kill -9 of headgate', () => {
  it.each([
    ['write', 20],
    ['fsync', 20],
    ['rename,renameat,renameat2', 6],
  ] as const)('at every %s of a short run', { timeout: sweepTime }, async (calls, wanted) => {
    const log = join(temp.path, 'calls');
    const untouched = fresh({ wrap: countCalls(calls, log) });
    expect(headgate(['run', tasks], untouched).status).toBe(0);
    const last = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => /^(write|fsync|rename)/.test(line)).length;
    expect(last).toBeGreaterThan(1);
    let killed = 0;
    for (const n of points(last, wanted)) {
      const options = fresh();
      const end = headgate(['run', tasks], { ...options, wrap: strace(calls, 'signal=SIGKILL', String(n)) });
      if (end.signal === 'SIGKILL') killed++;
      await expectSameEnd(options, `${calls} ${n} of ${last}`);
      rmSync(options.stateDir, { recursive: true, force: true });
    }
    expect(killed).toBeGreaterThan(0);
  });

  it('and nothing of the record is written by a thread that was not followed', () => {
    const log = join(temp.path, 'threads');
    const calls = 'write,writev,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2';
    const wrap = ['strace', '-f', '-qq', '-y', '-s', '0', '-o', log, '-e', `trace=${calls}`];
    const options = fresh({ wrap });
    expect(headgate(['run', tasks], options).status).toBe(0);
    const lines = readFileSync(log, 'utf8').split('\n');
    const [main] = (lines[0] ?? '').split(' ');
    const inState = lines.filter((line) => line.includes(`${options.stateDir}/`));
    const own = inState.filter((line) => line.startsWith(`${main} `));
    expect(own.filter((line) => line.includes('journal.ndjson')).length).toBeGreaterThan(10);
    expect(own.filter((line) => line.includes('/store/')).length).toBeGreaterThan(3);
    // Programs write to their storage, and agents the ends of tasks.
    const others = inState.filter((line) => !line.startsWith(`${main} `) && !/\/(storage|ends)\//.test(line));
    expect(others).toEqual([]);
  });

  it('4.3(7): at every entry of its journal', { timeout: sweepTime }, async () => {
    const untouched = fresh();
    expect(headgate(['run', tasks], untouched).status).toBe(0);
    const last = journalLines(untouched.stateDir, runFolders(untouched.stateDir)[0] as string).length;
    for (const n of points(last, 8)) {
      const options = fresh();
      const { child, ended } = launch(['run', tasks], options);
      const lines = (): number => {
        const [id] = runFolders(options.stateDir);
        return id === undefined || !existsSync(journalPath(options.stateDir, id))
          ? 0
          : readFileSync(journalPath(options.stateDir, id), 'utf8').split('\n').length - 1;
      };
      while (lines() < n && child.exitCode === null) await new Promise((done) => setTimeout(done, 1));
      child.kill('SIGKILL');
      await ended;
      await expectSameEnd(options, `entry ${n} of ${last}`);
    }
  });
});
