/** What a later command makes of a run that was cut off, cancelled or failed: the truth, and no effect twice. */
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headgate, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { checkChain, endRecord, journalLines, runFolders, unfinished } from '../support/run/journal.ts';
import { expectNoProcess, storedLines } from '../support/run/leftovers.ts';
import { counting, type Part, python, scenarioOf, task } from '../support/run/scenarios.ts';
import { startTimeOf } from '../support/run/traces.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start } = useRuns();

/** Has its effect after half a second, and ends after `more`. */
const slow = (status: number, more = 0): Part => ({
  restart: 'never',
  manifest: {
    program: {
      path: '/bin/sh',
      args: ['-c', `sleep 0.5; echo slow >> /state/count; sleep ${more}; exit ${status}`],
      mounts: [{ path: '/state', from: 'resources.state' }],
    },
    resources: { state: { kind: 'storage' } },
  },
});
const onlyRun = (stateDir: string): string => {
  const ids = runFolders(stateDir);
  expect(ids).toHaveLength(1);
  return ids[0] as string;
};
const stateOf = (given: RunOptions, id: string): unknown =>
  (JSON.parse(headgate(['status', id, '--format', 'json'], given).stdout) as { state: string }).state;
const count = ({ stateDir }: RunOptions): readonly string[] => storedLines(stateDir, 'count');

describe('a task whose headgate was killed', () => {
  it.each([
    [0, 0, 'COMPLETE', 'succeeded'],
    [7, 4, 'FAILED', 'failed'],
  ] as const)(
    'after it had ended with %i, unheard: its end is known, and it is not run again',
    async (status, code, state, found) => {
      const given = options();
      const { child, ended } = launch(['run', lay(scenarioOf({ slow: slow(status) }))], given);
      await until(
        () => journalLines(given.stateDir, runFolders(given.stateDir)[0] ?? '-'),
        (lines) => lines.some(({ type }) => type === 'progress'),
      );
      child.kill('SIGSTOP');
      const id = onlyRun(given.stateDir);
      await until(
        () => endRecord(given.stateDir, id, '/slow', 1),
        (text) => text !== '',
      );
      child.kill('SIGKILL');
      await ended;
      expect(stateOf(given, id)).toBe('INTERRUPTED');
      const end = headgate(['resume', id], given);
      expect(end.status, end.stderr).toBe(code);
      if (code !== 0)
        expect(end.stderr).toMatch(/failed: \/slow: it ended with status 7; `headgate resume \S+ --redo \/slow`/);
      expect(count(given)).toEqual(['slow']);
      expect(stateOf(given, id)).toBe(state);
      const told = journalLines(given.stateDir, id).filter(({ type }) => type === 'reconciled');
      expect(told.map(({ actionId, data }) => [actionId, data['state'], data['exit']])).toEqual([
        ['task.run:/slow', found, `it ended with status ${status}`],
      ]);
      expect(unfinished(given.stateDir, id)).toEqual([]);
      expect(checkChain(given.stateDir, id)).toMatchObject({ whole: true });
    },
  );

  it('while it ran: nobody knows, it is not run again unasked, and goes on when asked', async () => {
    const given = options();
    const { child, ended } = launch(['run', lay(scenarioOf({ slow: slow(0, 20) }))], given);
    await until(
      () => count(given),
      (lines) => lines.length === 1,
    );
    child.kill('SIGKILL');
    await ended;
    await expectNoProcess(given.stateDir);
    const id = onlyRun(given.stateDir);
    expect(endRecord(given.stateDir, id, '/slow', 1)).toBe('');
    for (let again = 0; again < 2; again++) {
      const end = headgate(['resume', id], given);
      expect(end.status, end.stderr).toBe(3);
      expect(end.stderr).toMatch(/blocked\[outcome_unknown\]: \/slow: headgate was ended while it ran/);
      expect(stateOf(given, id)).toBe('BLOCKED');
    }
    expect(count(given)).toEqual(['slow']);
    const { child: redoing, ended: redone } = launch(['resume', id, '--redo', '/slow'], given);
    await until(
      () => count(given),
      (lines) => lines.length === 2,
    );
    redoing.kill('SIGINT');
    expect((await redone).status).toBe(5);
  });

  it.each([
    ['a link', (path: string) => symlinkSync('/proc/self/status', path)],
    ['no JSON', (path: string) => writeFileSync(path, 'status 0\n')],
    ['half a line', (path: string) => writeFileSync(path, '{"code":0,"signal":null}')],
    ['another thing', (path: string) => writeFileSync(path, '{"code":"0"}\n')],
    ['a folder', (path: string) => mkdirSync(path)],
  ] as const)('and whose record is %s: nobody knows', async (_, forge) => {
    const given = options();
    const { child, ended } = launch(['run', lay(scenarioOf({ slow: slow(0, 20) }))], given);
    await until(
      () => count(given),
      (lines) => lines.length === 1,
    );
    child.kill('SIGKILL');
    await ended;
    const id = onlyRun(given.stateDir);
    const path = join(given.stateDir, 'runs', id, 'ends', 'slow.1.json');
    rmSync(path);
    forge(path);
    const end = headgate(['resume', id], given);
    expect([end.status, end.stderr]).toEqual([3, expect.stringContaining('blocked[outcome_unknown]: /slow')]);
    expect(count(given)).toEqual(['slow']);
  });
});

describe('a run that has ended', () => {
  it('cancelled in the middle of a task: the task is not run again unasked', async () => {
    const given = options();
    const { child, ended } = launch(['run', lay(scenarioOf({ slow: slow(0, 20) }))], given);
    await until(
      () => count(given),
      (lines) => lines.length === 1,
    );
    child.kill('SIGTERM');
    const end = await ended;
    expect(end.status, end.stderr).toBe(5);
    const id = onlyRun(given.stateDir);
    expect(stateOf(given, id)).toBe('CANCELLED');
    const again = headgate(['resume', id], given);
    expect(again.status, again.stderr).toBe(3);
    expect(again.stderr).toMatch(/blocked\[outcome_unknown\]: \/slow: it was ended in the middle/);
    expect(count(given)).toEqual(['slow']);
  });

  it('cancelled before a task began: resume runs it', async () => {
    const given = options();
    const late = python('import time, http.server\ntime.sleep(30)', { port: 8080 });
    const after: Part = {
      ...task('after'),
      manifest: { ...task('after').manifest, slots: { up: { kind: 'http' } } },
    };
    const root = { bindings: [{ to: '#after.up', from: '#late.http' }] };
    const scenario = lay(scenarioOf({ late, after }, root));
    const { child, ended } = launch(['run', scenario], given);
    await until(
      () => journalLines(given.stateDir, runFolders(given.stateDir)[0] ?? '-'),
      (lines) => lines.some(({ type, actionId }) => type === 'intent' && actionId === 'process.start:/late'),
    );
    child.kill('SIGINT');
    expect((await ended).status).toBe(5);
    const id = onlyRun(given.stateDir);
    expect(journalLines(given.stateDir, id).filter(({ actionId }) => actionId === 'task.run:/after')).toEqual([]);
    const { child: second, ended: secondEnd } = launch(['resume', id], given);
    await until(
      () => journalLines(given.stateDir, id),
      (lines) =>
        lines.filter(({ type, actionId }) => type === 'intent' && actionId === 'process.start:/late').length === 2,
    );
    second.kill('SIGINT');
    expect((await secondEnd).status).toBe(5);
    expect(count(given)).toEqual([]);
  });

  it('failed by a task: resume comes to the same end, and --redo runs the task once more', async () => {
    const given = options();
    const scenario = lay(scenarioOf({ bad: task('bad', 3), good: task('good') }));
    expect(headgate(['run', scenario], given).status).toBe(4);
    const id = onlyRun(given.stateDir);
    const same = headgate(['resume', id], given);
    expect(same.status, same.stderr).toBe(4);
    expect(same.stderr).toMatch(
      /failed: \/bad: it ended with status 3; `headgate resume \S+ --redo \/bad` runs it again/,
    );
    expect([...count(given)].sort()).toEqual(['bad', 'good']);
    expect(headgate(['resume', id, '--redo', '/bad'], given).status).toBe(4);
    expect([...count(given)].sort()).toEqual(['bad', 'bad', 'good']);
  });

  it('COMPLETE: --redo says why nothing is asked for again, and a component that there is not is refused', () => {
    const given = options();
    expect(headgate(['run', lay(scenarioOf({ good: task('good') }))], given).status).toBe(0);
    const id = onlyRun(given.stateDir);
    const unknown = headgate(['resume', id, '--redo', '/god'], given);
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain(`--redo: run \`${id}\` has no component \`/god\`; did you mean \`/good\`?`);
    const known = headgate(['resume', id, '--redo', '/good'], given);
    expect([known.status, known.stderr]).toEqual([
      0,
      `${id} is COMPLETE already\nnothing is run again, --redo or not: a run that is COMPLETE is not gone on with; begin a new one with \`headgate run\`\n`,
    ]);
    const plain = headgate(['resume', id], given);
    expect([plain.status, plain.stderr]).toEqual([0, `${id} is COMPLETE already\n`]);
    expect(count(given)).toEqual(['good']);
  });

  it('for want of its program, which never ran: resume runs it once it is there', () => {
    const given = options();
    const part: Part = {
      restart: 'never',
      manifest: {
        program: { path: './job.sh', args: [], mounts: [{ path: '/state', from: 'resources.state' }] },
        resources: { state: { kind: 'storage' } },
      },
    };
    const scenario = lay(scenarioOf({ job: part }));
    const first = headgate(['run', scenario], given);
    expect(first.status, first.stderr).toBe(3);
    writeFileSync(join(scenario, '..', 'job.sh'), '#!/bin/sh\necho job >> /state/count\n', { mode: 0o755 });
    const again = headgate(['resume', onlyRun(given.stateDir)], given);
    expect(again.status, again.stderr).toBe(0);
    expect(count(given)).toEqual(['job']);
  });
});

describe('Ctrl-C', () => {
  const deaf = python(
    `
import signal, http.server
signal.signal(signal.SIGTERM, signal.SIG_IGN)
http.server.HTTPServer(('127.0.0.1', 8080), http.server.BaseHTTPRequestHandler).serve_forever()
`,
    { port: 8080 },
  );

  it('twice: what is left is killed, and the run says that it was cancelled; resume brings it up again', async () => {
    const given = options();
    const run = await start(lay(scenarioOf({ deaf, web: counting('web') }, exported('deaf', 'web'))), given);
    run.child.kill('SIGINT');
    await new Promise((done) => setTimeout(done, 600));
    const began = performance.now();
    const end = await run.stop('SIGINT');
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(end.status, end.stderr).toBe(5);
    expect(end.stderr).toMatch(/CANCELLED/);
    await expectNoProcess(given.stateDir);
    const lines = journalLines(given.stateDir, run.id);
    expect(lines.at(-1)).toMatchObject({ type: 'gate', data: { state: 'CANCELLED' } });
    const stops = lines.filter(({ type, actionId }) => type === 'intent' && actionId === 'process.stop:/deaf');
    expect(stops.map(({ data }) => data['graceMs'])).toEqual([10_000, 0]);
    expect(unfinished(given.stateDir, run.id)).toEqual([]);
    expect(stateOf(given, run.id)).toBe('CANCELLED');
    expect(headgate(['ps'], given).stdout).toMatch(/CANCELLED/);
    const again = await launch(['resume', run.id], given).ready;
    expect(await textOf(again.exports['web'])).toBe('web 2');
    again.child.kill('SIGINT');
    await new Promise((done) => setTimeout(done, 400));
    again.child.kill('SIGINT');
    expect((await again.ended).status).toBe(5);
  });

  it('that reaches headgate twice at once, as through npx, is one: programs end in order', async () => {
    const polite = python(
      `
import signal, threading, http.server, time
server = http.server.HTTPServer(('127.0.0.1', 8080), http.server.BaseHTTPRequestHandler)
def end(*_):
    time.sleep(0.5); threading.Thread(target=server.shutdown).start()
signal.signal(signal.SIGTERM, end)
server.serve_forever()
print('in order', flush=True)
`,
      { port: 8080 },
    );
    const given = options();
    const run = await start(lay(scenarioOf({ polite }, exported('polite'))), given);
    run.child.kill('SIGINT');
    const end = await run.stop('SIGINT');
    expect(end.status, end.stderr).toBe(5);
    expect(end.stderr).toMatch(/\/polite \| in order/);
  });

  it('and a kill while it waits: the run is INTERRUPTED, and resume knows what was being ended', async () => {
    const given = options();
    const run = await start(lay(scenarioOf({ deaf, web: counting('web') }, exported('deaf', 'web'))), given);
    run.child.kill('SIGINT');
    await until(
      () => journalLines(given.stateDir, run.id),
      (lines) => lines.some(({ actionId }) => actionId === 'process.stop:/deaf'),
    );
    run.child.kill('SIGKILL');
    await run.ended;
    await expectNoProcess(given.stateDir);
    expect(stateOf(given, run.id)).toBe('INTERRUPTED');
    const again = await launch(['resume', run.id], given).ready;
    again.child.kill('SIGINT');
    await new Promise((done) => setTimeout(done, 400));
    again.child.kill('SIGINT');
    expect((await again.ended).status).toBe(5);
    const told = journalLines(given.stateDir, run.id).filter(({ type }) => type === 'reconciled');
    expect(told.map(({ actionId, data }) => [actionId, data['state']])).toContainEqual([
      'process.stop:/deaf',
      'succeeded',
    ]);
    expect(unfinished(given.stateDir, run.id)).toEqual([]);
  });
});

describe('what a process left that was killed while it made a run', () => {
  it('is taken away by the next one, and nothing of one that is alive', async () => {
    const given = options();
    const scenario = lay(scenarioOf({ one: task('one') }));
    const wrap = ['strace', '-qq', '-o', '/dev/null', '-e', 'inject=rename,renameat,renameat2:signal=SIGKILL:when=1'];
    expect(headgate(['run', scenario], { ...given, wrap }).signal).toBe('SIGKILL');
    const runs = join(given.stateDir, 'runs');
    const staged = readdirSync(runs);
    expect(staged).toEqual([expect.stringMatching(/^\.new-\d+-\d+-/)]);
    const alive = `.new-${process.pid}-${startTimeOf(process.pid)}-abcdef`;
    const reused = `.new-${process.pid}-${Number(startTimeOf(process.pid)) - 1}-abcdef`;
    for (const name of [alive, reused]) mkdirSync(join(runs, name));
    expect(headgate(['ps'], given)).toMatchObject({ status: 0, stdout: '' });
    expect(headgate(['run', scenario], given).status).toBe(0);
    expect(readdirSync(runs).filter((name) => name.startsWith('.'))).toEqual([alive]);
  });

  it('or while it wrote a file: the half of it is taken away by resume', () => {
    const given = options();
    expect(headgate(['run', lay(scenarioOf({ bad: task('bad', 1) }))], given).status).toBe(4);
    const folder = join(given.stateDir, 'runs', onlyRun(given.stateDir));
    writeFileSync(join(folder, 'owner.json.4711.tmp'), 'half');
    expect(headgate(['resume'], given).status).toBe(4);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
