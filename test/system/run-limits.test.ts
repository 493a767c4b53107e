/** What a component may use up, how often it may end, and what becomes of what it says. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headgate, launch, until } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { counting, type Files, type Part, python, scenarioOf } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start } = useRuns();

const withSettings = (parts: Readonly<Record<string, Part>>, components: object, root: object = {}): Files => ({
  ...scenarioOf(parts, root),
  'headgate.yaml': JSON.stringify({ components }),
});

describe('a budget that is used up', () => {
  it.each([
    [
      'memory',
      { memoryMiB: 64 },
      'x = []\nwhile True: x.append(bytearray(b"x") * (8 << 20))',
      /it took \d+ MiB of memory, and 64 MiB are allowed/,
    ],
    [
      'memory of all its processes together',
      { memoryMiB: 200 },
      'import os, time\nfor _ in range(3): os.fork()\nx = bytearray(b"x") * (40 << 20)\ntime.sleep(20)',
      /it took \d+ MiB of memory, and 200 MiB are allowed/,
    ],
    [
      'processes',
      { processes: 20 },
      'import os, time\nfor _ in range(6): os.fork()\ntime.sleep(20)',
      /it ran \d+ processes at once, and 20 are allowed/,
    ],
    ['CPU time', { cpuSeconds: 1 }, 'while True: pass', /it used up its CPU time \(status 152, SIGXCPU\)/],
    ['time', { wallSeconds: 1 }, 'import time\ntime.sleep(30)', /it ran for 1 s, which is all that it may/],
    [
      'time, with children that do not listen',
      { wallSeconds: 1 },
      'import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.fork(); os.setsid() if os.fork() == 0 else None\ntime.sleep(30)',
      /it ran for 1 s, which is all that it may/,
    ],
  ])('%s: the task fails with this reason, and nothing of it is left', async (_, limits, source, reason) => {
    const given = options();
    const greedy = python(source);
    const scenario = lay(withSettings({ greedy }, { '/greedy': { restart: 'never', limits } }));
    const end = headgate(['run', scenario], given);
    expect(end.status, end.stderr).toBe(4);
    expect(end.stderr).toMatch(new RegExp(`failed: /greedy: ${reason.source}`));
    await expectNoProcess(given.stateDir);
    const [id = ''] = runFolders(given.stateDir);
    const failed = journalLines(given.stateDir, id).findLast(({ actionId }) => actionId === 'task.run:/greedy');
    expect([failed?.type, failed?.data['state'], failed?.data['exit']]).toEqual([
      'outcome',
      'failed',
      expect.stringMatching(reason),
    ]);
  });

  it('by a component that is started again: it is, the others go on, and its time ends it for good', async () => {
    const given = options();
    const leak = python('import time\nx = bytearray(b"x") * (200 << 20)\ntime.sleep(30)');
    const brief = python('import time\nprint("begins", flush=True)\ntime.sleep(30)');
    const scenario = lay(
      withSettings(
        { leak, brief, web: counting('web') },
        {
          '/leak': { limits: { memoryMiB: 64 } },
          '/brief': { restart: 'always', limits: { wallSeconds: 1 } },
        },
        exported('web'),
      ),
    );
    const run = await start(scenario, given);
    await until(
      () => run.output().stderr,
      (said) =>
        (said.match(/\/leak \| \[it took \d+ MiB/g)?.length ?? 0) >= 2 && said.includes('/brief | [it ran for 1 s'),
      20_000,
    );
    expect(run.output().stderr.match(/\/brief \| begins/g)).toHaveLength(1);
    expect(await textOf(run.exports['web'])).toBe('web 1');
    const states = JSON.parse(headgate(['status', run.id, '--format', 'json'], given).stdout) as {
      components: { moniker: string; state: string }[];
    };
    expect(states.components.find(({ moniker }) => moniker === '/brief')?.state).toBe('failed');
  });

  it('in the settings is checked: names, and numbers that make sense', () => {
    for (const [limits, says] of [
      [{ memory: 5 }, /memory/],
      [{ cpuSeconds: 0 }, /from 1 to/],
      [{ wallSeconds: 'long' }, /integer/],
    ] as const) {
      const end = headgate(['run', lay(withSettings({ one: counting('one') }, { '/one': { limits } }))], options());
      expect([end.status, end.stderr]).toEqual([2, expect.stringMatching(says)]);
    }
  });
});

describe('4.3(3): a component that ends again and again', () => {
  it('waits longer after each end, and is given up after as many as the settings say; the others go on', async () => {
    const given = options();
    const bad = python('import sys; print("a life", flush=True); sys.exit(3)');
    const scenario = lay(withSettings({ bad, web: counting('web') }, { '/bad': { restarts: 3 } }, exported('web')));
    const run = await start(scenario, given);
    await until(
      () => headgate(['status', run.id], given).stdout,
      (said) => /^\/bad +failed/m.test(said),
      30_000,
    );
    const lines = journalLines(given.stateDir, run.id).filter(({ actionId }) => actionId === 'process.start:/bad');
    const retries = lines.filter(({ type }) => type === 'retry');
    expect(retries.map(({ data }) => data['afterMs'])).toEqual([500, 1000, 2000]);
    // A loaded machine takes longer; it never takes less.
    for (const [index, retry] of retries.entries()) {
      const begun = lines.filter(({ type }) => type === 'intent')[index + 1];
      const waited = Date.parse(begun?.at ?? '') - Date.parse(retry.at);
      expect(waited).toBeGreaterThanOrEqual(Number(retry.data['afterMs']) - 5);
    }
    expect(lines.filter(({ type }) => type === 'intent')).toHaveLength(4);
    // 4.3(4): what it said in earlier lives is kept.
    expect(headgate(['logs', run.id, '/bad'], given).stdout.match(/a life/g)).toHaveLength(4);
    expect(await textOf(run.exports['web'])).toBe('web 1');
    const end = await run.stop();
    expect(end.status).toBe(5);
  });
});

describe('4.3(4): what a program says', () => {
  it('is rotated while it runs, loses nothing that is kept, and is followed across it', async () => {
    const given = options();
    const lines = 260_000;
    const talker = python(
      `
import time, os
for n in range(${lines}): print('%06d ' % n + 'x' * 57)
print('all said', flush=True)
while True: time.sleep(1)
`,
    );
    const run = await start(lay(scenarioOf({ talker, web: counting('web') }, exported('web'))), given);
    const logs = join(given.stateDir, 'runs', run.id, 'logs');
    await until(
      () =>
        existsSync(join(logs, 'talker.log')) &&
        headgate(['logs', run.id, '/talker'], given).stdout.includes('all said'),
      Boolean,
      60_000,
    );
    const files = readdirSync(logs).filter((name) => name.startsWith('talker'));
    expect(files.sort()).toEqual(['talker.log', 'talker.log.1', 'talker.log.2']);
    for (const file of files) expect(statSync(join(logs, file)).size).toBeLessThanOrEqual(10 * 1024 * 1024);
    const said = headgate(['logs', run.id, '/talker'], given).stdout;
    const numbers = [...said.matchAll(/ \/talker \| (\d{6}) x/g)].map((match) => Number(match[1]));
    expect(numbers).toHaveLength(lines);
    expect(numbers.every((value, index) => value === index)).toBe(true);
    const follow = launch(['logs', '-f', run.id, '/talker'], given);
    await run.stop();
    expect((await follow.ended).stdout).toContain('all said');
  });
});
