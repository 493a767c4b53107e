/** A run survives whatever ends it: the chain is whole or refused, a resume comes to the same end, nothing has its effect twice. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { headgate, launch, type RunOptions, runEnvironment, until } from '../support/run/cli-run.ts';
import { checkChain, journalLines, journalPath, runFolders } from '../support/run/journal.ts';
import { expectNoProcess, storedLines } from '../support/run/leftovers.ts';
import { expectSameEndOf } from '../support/run/same-end.ts';
import { counting, python, scenarioOf, task } from '../support/run/scenarios.ts';
import { strace } from '../support/run/sweep.ts';
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
const web = join(
  temp.lay(scenarioOf({ web: counting('web'), one: task('one') }, { exports: { web: '#web.http' } })),
  'scenario.json',
);

const expectSameEnd = (options: RunOptions, what: string): Promise<void> => expectSameEndOf(tasks, options, what);

/** Killed as soon as there is something to resume. */
const interrupted = (): { options: RunOptions; id: string } => {
  for (let n = 4; n < 20; n++) {
    const options = fresh();
    headgate(['run', tasks], { ...options, wrap: strace('fsync', 'signal=SIGKILL', String(n)) });
    const [id] = runFolders(options.stateDir);
    if (id !== undefined && journalLines(options.stateDir, id).length > 0) return { options, id };
  }
  throw new Error('nothing to resume after any kill');
};

describe('kill -9 of headgate', () => {
  it('twice, the second time while it resumes', async () => {
    const { options, id } = interrupted();
    headgate(['resume', id], { ...options, wrap: strace('fsync', 'signal=SIGKILL', '2') });
    await expectSameEnd(options, 'twice');
  });

  it('4.3(8), 4.4(3): in the foreground leaves no process, and resume brings the run up again', async () => {
    const options = fresh();
    const run = await launch(['run', web], options).ready;
    run.child.kill('SIGKILL');
    await run.ended;
    await expectNoProcess(options.stateDir);
    await expectNoProcess(web.slice(0, -'/scenario.json'.length));
    expect(headgate(['ps'], options).stdout).toMatch(/INTERRUPTED/i);
    const again = await launch(['resume', run.id], options).ready;
    expect(again.id).toBe(run.id);
    expect(await (await fetch(again.exports['web'] as string)).text()).toBe('web 2');
    await again.stop();
    expect(storedLines(options.stateDir, 'count')).toEqual(['one']);
    expect(checkChain(options.stateDir, run.id)).toMatchObject({ whole: true });
  });

  it('detached leaves a run that resume adopts', async () => {
    const options = fresh();
    const end = headgate(['run', web, '--detach'], options);
    expect(end.status, end.stderr).toBe(0);
    const id = runFolders(options.stateDir)[0] as string;
    const { pid } = JSON.parse(readFileSync(join(options.stateDir, 'runs', id, 'owner.json'), 'utf8')) as {
      pid: number;
    };
    process.kill(pid, 'SIGKILL');
    const resumed = headgate(['resume', id, '--detach'], options);
    expect(resumed.status, resumed.stderr).toBe(0);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(resumed.stdout)?.[0];
    if (url) expect(await (await fetch(url)).text()).toMatch(/^web [12]$/);
    expect(headgate(['stop', id], options).status).toBe(0);
    await expectNoProcess(options.stateDir);
    expect(storedLines(options.stateDir, 'count')).toEqual(['one']);
  });
});

describe('disk full', () => {
  it.each([
    ['fsync', [1, 3, 5, 8, 12, 16, 20, 24, 28]],
    ['rename', [1, 2, 3]],
  ] as const)('ENOSPC from some %s on', async (calls, places) => {
    for (const n of places) {
      const options = fresh();
      const end = headgate(['run', tasks], { ...options, wrap: strace(calls, 'error=ENOSPC', `${n}+`) });
      if (end.status !== 0) expect(end.stderr, `${calls} ${n}`).toMatch(/ENOSPC|no space/i);
      expect([0, 3, 4], end.stderr).toContain(end.status);
      expect(end.stderr).not.toMatch(/at .*\(.*:\d+:\d+\)/);
      await expectNoProcess(options.stateDir);
      await expectSameEnd(options, `${calls} ${n}`);
    }
  });

  it.each([20, 30, 40])(
    'from fsync %i on, while programs run: the run ends and says why, whatever goes on',
    async (n) => {
      const again = python('import time; time.sleep(0.2)', { restart: 'always' });
      const scenario = temp.lay(scenarioOf({ again, web: counting('web') }, { exports: { web: '#web.http' } }));
      const options = fresh({ wrap: strace('fsync', 'error=ENOSPC', `${n}+`) });
      const end = await launch(['run', join(scenario, 'scenario.json')], options).ended;
      expect([end.status, end.stderr]).toEqual([
        4,
        expect.stringMatching(/record of the run cannot be written: ENOSPC/),
      ]);
      await expectNoProcess(options.stateDir);
      const [id = ''] = runFolders(options.stateDir);
      expect(checkChain(options.stateDir, id)).toMatchObject({ whole: true });
      expect(headgate(['ps'], { stateDir: options.stateDir }).stdout).toMatch(/INTERRUPTED/);
    },
  );

  it('of a real file system, and room again', async () => {
    const root = process.getuid?.() === 0;
    for (const room of [0, 8, 24, 64]) {
      const options = fresh();
      const { stateDir } = options;
      mkdirSync(stateDir);
      const script = `
        set -e
        mount -t tmpfs -o size=512k,mode=0700 none ${stateDir}
        head -c ${(512 - room) * 1024} /dev/zero > ${stateDir}/filler 2>/dev/null || true
        set +e
        ${process.execPath} ${cliPath} run ${tasks} --state-dir ${stateDir}; echo "status $?"
        rm ${stateDir}/filler
        mount -o remount,size=64m ${stateDir}
        id=$(ls ${stateDir}/runs 2>/dev/null | head -1)
        # A run that cannot know what was done says so, and is not begun anew over its head.
        if [ -f "${stateDir}/runs/$id/journal.ndjson" ]
        then ${process.execPath} ${cliPath} resume $id --state-dir ${stateDir}
        else ${process.execPath} ${cliPath} run ${tasks} --state-dir ${stateDir}
        fi
        echo "then $?"
        cp -r ${stateDir} ${stateDir}-kept`;
      const { stdout, stderr } = spawnSync('unshare', [root ? '-m' : '-rm', 'sh', '-c', script], {
        encoding: 'utf8',
        env: runEnvironment(),
      });
      const first = Number(/^status (\d+)$/m.exec(stdout)?.[1]);
      expect([0, 3, 4], `${room}k ${stdout}\n${stderr}`).toContain(first);
      if (first !== 0) expect(stderr, `${room}k`).toMatch(/ENOSPC|no space|status 9/i);
      if (room === 0) expect(first).not.toBe(0);
      const kept = `${stateDir}-kept`;
      const counts = storedLines(kept, 'count');
      expect(new Set(counts).size).toBe(counts.length);
      if (/^then 0$/m.test(stdout)) expect([...counts].sort()).toEqual(['one', 'two']);
      else expect(stderr, `${room}k ${stdout}`).toMatch(/blocked\[outcome_unknown\]/);
      for (const id of runFolders(kept).filter((id) => existsSync(journalPath(kept, id))))
        expect(checkChain(kept, id).whole, `${room}k`).toBe(true);
    }
  });
});

describe('a journal that is not what was written', () => {
  const broken = (change: (text: string) => string | undefined): { options: RunOptions; id: string } => {
    const options = fresh();
    expect(headgate(['run', tasks], options).status).toBe(0);
    const id = runFolders(options.stateDir)[0] as string;
    const path = journalPath(options.stateDir, id);
    const changed = change(readFileSync(path, 'utf8'));
    if (changed === undefined) rmSync(path);
    else writeFileSync(path, changed);
    return { options, id };
  };

  it.each([
    ['flipped', (text: string) => text.replace('"attempt":1', '"attempt":2'), /line \d+/],
    [
      'lost',
      (text: string) =>
        text
          .split('\n')
          .filter((_, n) => n !== 2)
          .join('\n'),
      /line 3/,
    ],
    [
      'twice',
      (text: string) =>
        text
          .split('\n')
          .flatMap((line, n) => (n === 2 ? [line, line] : [line]))
          .join('\n'),
      /line 4/,
    ],
    ['of another', (text: string) => text.replaceAll('"seq":1,', '"seq":7,'), /line 2/],
  ] as const)('a line %s: refused by its number, and nothing runs', async (_, change, says) => {
    const { options, id } = broken(change);
    const end = headgate(['resume', id], options);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toMatch(/blocked\[journal_corrupt\]/);
    expect(end.stderr).toMatch(says);
    expect(headgate(['status', id], options).stdout + headgate(['ps'], options).stdout).toMatch(/CORRUPT/i);
    expect([...storedLines(options.stateDir, 'count')].sort()).toEqual(['one', 'two']);
  });

  it('a torn end: cut off, said, and gone on from', async () => {
    const { options, id } = broken((text) => text.slice(0, -40));
    await expectSameEnd(options, 'torn');
    expect(JSON.stringify(journalLines(options.stateDir, id))).toMatch(/torn/);
  });

  it('its folder removed while it runs: it does not end as if there were a record, and no process is left', async () => {
    const options = fresh();
    const run = await launch(['run', web], options).ready;
    rmSync(options.stateDir, { recursive: true });
    const end = await run.stop();
    expect(end.status, end.stderr).toBe(4);
    expect(end.stderr).toMatch(/failed: the record of the run cannot be written: \S+journal\.ndjson was removed/);
    await expectNoProcess(options.stateDir);
  });

  it('no journal at all: said clearly', () => {
    const { options, id } = broken(() => undefined);
    const end = headgate(['resume', id], options);
    expect(end.status, end.stderr).toBeGreaterThan(0);
    expect(end.stderr).toMatch(/journal|no run/);
    expect([...storedLines(options.stateDir, 'count')].sort()).toEqual(['one', 'two']);
  });
});

describe('owner and clock', () => {
  const startTime = (pid: number): string => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] as string;
  };
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

  it('a number that another process has now is not taken for the owner; the owner itself is', async () => {
    const other = spawn('sleep', ['60']);
    try {
      const pid = other.pid as number;
      const { options, id } = interrupted();
      const path = join(options.stateDir, 'runs', id, 'owner.json');
      writeFileSync(path, JSON.stringify({ pid, startTime: startTime(pid), bootId }));
      const held = headgate(['resume', id], options);
      expect(held.status, held.stderr).toBe(3);
      expect(held.stderr).toContain(String(pid));
      writeFileSync(path, JSON.stringify({ pid, startTime: String(Number(startTime(pid)) - 1), bootId }));
      await expectSameEnd(options, 'another start time');
      const second = interrupted();
      writeFileSync(
        join(second.options.stateDir, 'runs', second.id, 'owner.json'),
        JSON.stringify({ pid, startTime: startTime(pid), bootId: 'another' }),
      );
      await expectSameEnd(second.options, 'another boot');
      expect(headgate(['stop', second.id], second.options).stderr).not.toMatch(/^$/);
      expect(other.exitCode ?? other.signalCode).toBeNull();
    } finally {
      other.kill('SIGKILL');
    }
  });

  it('two at once: one has the run, the other is told who', async () => {
    const options = fresh();
    const run = await launch(['run', web], options).ready;
    const end = headgate(['resume', run.id], options);
    expect([end.status, end.stderr]).toEqual([3, expect.stringContaining(String(run.child.pid))]);
    await run.stop();
  });

  it('a clock that jumps to and fro while programs run: they go on, are started again, and end in order', async () => {
    const [library = ''] = spawnSync('find', ['/usr/lib', '-name', 'libfaketime.so.1'], {
      encoding: 'utf8',
    }).stdout.split('\n');
    expect(library).not.toBe('');
    const clock = join(temp.path, 'clock');
    const set = (jump: string): void => writeFileSync(clock, `${jump}\n`);
    set('+0d');
    const again = python('import time; time.sleep(0.2)', { restart: 'always' });
    const scenario = temp.lay({
      ...scenarioOf({ again, web: counting('web') }, { exports: { web: '#web.http' } }),
      'headgate.yaml': JSON.stringify({ components: { '/again': { restart: 'always' } } }),
    });
    const options = fresh({
      env: {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    });
    const run = await launch(['run', join(scenario, 'scenario.json')], options).ready;
    const lives = (): number =>
      journalLines(options.stateDir, run.id).filter(
        ({ type, actionId }) => type === 'intent' && actionId === 'process.start:/again',
      ).length;
    for (const jump of ['+400d', '-400d']) {
      set(jump);
      const before = lives();
      await until(lives, (now) => now > before, 20_000);
      expect(await (await fetch(run.exports['web'] as string)).text()).toBe('web 1');
    }
    const end = await run.stop();
    expect(end.status, end.stderr).toBe(5);
    const years = new Set(journalLines(options.stateDir, run.id).map(({ at }) => at.slice(0, 4)));
    expect(years.size, 'the clock did jump').toBeGreaterThan(1);
    expect(checkChain(options.stateDir, run.id)).toMatchObject({ whole: true, tornBytes: 0 });
    await expectNoProcess(options.stateDir);
    const plain: RunOptions = { stateDir: options.stateDir };
    expect(headgate(['status', run.id], plain).stdout).toMatch(/CANCELLED/);
    expect(headgate(['logs', run.id, '/web'], plain).stdout).toMatch(/web starts/);
  });

  it.each(['-400d', '+400d'])('a clock that jumped by %s', async (jump) => {
    const { options } = interrupted();
    const faked = { ...options, wrap: ['faketime', '-m', '-f', jump], env: { FAKETIME_DONT_FAKE_MONOTONIC: '1' } };
    await expectSameEnd(faked, jump);
  });
});
