/** `headgate/run` as another project uses it: the built package, in a folder of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fencesOf } from '../support/pages.ts';
import { journalLines } from '../support/run/journal.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { counting, scenarioOf, task } from '../support/run/scenarios.ts';
import { exported } from '../support/run/use-runs.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const app = join(temp.path, 'app');
const state = join(temp.path, 'state');
afterAll(temp.remove);

beforeAll(() => {
  if (!existsSync('dist/types/api/run.d.ts')) spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  const home = join(app, 'node_modules/headgate');
  mkdirSync(home, { recursive: true });
  cpSync('package.json', join(home, 'package.json'));
  cpSync('dist', join(home, 'dist'), { recursive: true });
  // What a package manager would install for it.
  symlinkSync(resolve('node_modules'), join(temp.path, 'node_modules'));
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }');
});

interface End {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function node(file: string, ...args: readonly string[]): Promise<End> {
  const env = { PATH: process.env['PATH'], XDG_STATE_HOME: state, HOME: '/nonexistent' };
  const child = spawn(process.execPath, [file, ...args], { cwd: app, env, timeout: 60_000, killSignal: 'SIGKILL' });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  return new Promise((done) => child.on('close', (status) => done({ status, ...said })));
}

function write(name: string, text: string): string {
  writeFileSync(join(app, name), text);
  return name;
}

/** Compiles without policies, and has `plan` and `folder` for what follows. */
const preamble = `
import { pathToFileURL, fileURLToPath } from 'node:url';
import { compile, createLoader } from 'headgate';
import { readRun, run } from 'headgate/run';
const scenario = pathToFileURL(process.argv[2]);
const baseDir = new URL('.', scenario).href;
const folder = fileURLToPath(baseDir);
const policyClient = { sandbox: 'none', ask: async () => [] };
const runtime = { components: { '/once': { restart: 'never' } } };
const { compiled, diagnostics } = await compile({ input: scenario.href, baseDir, loader: createLoader(), policyClient, runtime });
if (!compiled) throw new Error(JSON.stringify(diagnostics));
const { plan } = compiled;
const tell = (value) => console.log(JSON.stringify(value));
`;

const two = (): string =>
  join(temp.lay(scenarioOf({ web: counting('web'), once: task('once') }, exported('web'))), 'scenario.json');

describe('headgate/run', () => {
  it('does what docs/run-library.md shows, and the process ends by itself', async () => {
    const example = fencesOf(readFileSync('docs/run-library.md', 'utf8')).find(({ info }) => info === 'status.mjs');
    const { status, stdout, stderr } = await node(
      write('status.mjs', example?.text ?? ''),
      resolve('examples/redaction/scenario.yaml'),
    );
    expect(status, stderr).toBe(0);
    const [seen, state_] = stdout.trim().split('\n');
    expect(JSON.parse(seen ?? '')).toEqual({
      sent: expect.stringContaining('ORBIT-7731'),
      received: expect.stringContaining('[REDACTED]'),
    });
    expect(seen).not.toMatch(/received.*ORBIT-7731/);
    expect(state_).toBe('CANCELLED');
    expect(stderr).toMatch(/^ready: \{ status: 'http:\/\/127\.0\.0\.1:\d+' \}$/m);
    await expectNoProcess(temp.path);
  });

  it('tells every event: entries as the journal has them, states, lines and ready', async () => {
    const script = `${preamble}
const events = [];
const started = await run(plan, { sourceFolder: folder, onEvent: (e) => events.push(e) });
await started.ready;
// A run is ready while its tasks go on.
const isOver = (e) => e.type === 'state' && e.status.moniker === '/once' && e.status.state === 'finished';
while (!events.some(isOver)) await new Promise((done) => setTimeout(done, 20));
const [web] = started.status().filter(({ moniker }) => moniker === '/web');
started.stop('over');
started.stop('over again', 0);
const outcome = await started.done;
tell({ id: started.id, web, outcome, events });
`;
    const { status, stdout, stderr } = await node(write('events.mjs', script), two());
    expect([status, stderr]).toEqual([0, '']);
    const told = JSON.parse(stdout) as {
      readonly id: string;
      readonly web: object;
      readonly outcome: object;
      readonly events: readonly { readonly type: string; readonly [key: string]: unknown }[];
    };
    expect(told.outcome).toEqual({ state: 'CANCELLED', reason: 'over' });
    expect(told.web).toMatchObject({ state: 'ready', restarts: 0, pid: expect.any(Number) });
    const of = (type: string) => told.events.filter((event) => event.type === type);
    expect(of('entry').map(({ entry }) => entry)).toEqual(journalLines(join(state, 'headgate'), told.id));
    expect(of('ready')).toEqual([
      { type: 'ready', exports: { web: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) } },
    ]);
    expect(of('log').map(({ line }) => (line as { text: string }).text)).toEqual(
      expect.arrayContaining(['once has run', 'web starts']),
    );
    const states = of('state').map(({ status: one }) => one as { moniker: string; state: string });
    expect(states.filter(({ moniker }) => moniker === '/once').map(({ state: s }) => s)).toEqual(
      expect.arrayContaining(['starting', 'finished']),
    );
    expect(states.filter(({ moniker }) => moniker === '/web').at(-1)?.state).toBe('stopped');
  });

  it('an aborted signal ends it; a listener that throws does not', async () => {
    const script = `${preamble}
process.on('uncaughtException', (error) => { thrown.add(error.message); });
const thrown = new Set();
const given = { sourceFolder: folder };
const stop = new AbortController();
const first = await run(plan, { ...given, signal: stop.signal, onEvent: ({ type }) => { throw new Error(type); } });
const up = await first.ready;
stop.abort();
const one = await first.done;
const second = await run(plan, { ...given, signal: stop.signal });
tell({ up, one, two: await second.done, thrown: [...thrown].sort() });
`;
    const { status, stdout, stderr } = await node(write('signal.mjs', script), two());
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      up: true,
      one: { state: 'CANCELLED', reason: 'aborted' },
      two: { state: 'CANCELLED', reason: 'aborted' },
      thrown: ['entry', 'log', 'ready', 'state'],
    });
  });

  it('goes on with a run that was ended, by what readRun knows of it', async () => {
    const script = `${preamble}
const stateDir = process.env.XDG_STATE_HOME + '/resumed';
const first = await run(plan, { stateDir, sourceFolder: folder });
const said = [];
await first.ready;
first.stop('for now');
await first.done;
const known = readRun(stateDir, first.id);
const again = await run(known.plan, { ...known.settings, stateDir, resume: { id: first.id, redo: [] }, onEvent: (e) => e.type === 'log' && said.push(e.line.text) });
const up = await again.ready;
const answer = await (await fetch(again.exports().web)).text();
again.stop('enough');
tell({ same: again.id === first.id, up, answer, said, state: (await again.done).state, unknown: readRun(stateDir, 'x') ?? null });
`;
    const { status, stdout, stderr } = await node(write('resume.mjs', script), two());
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      same: true,
      up: true,
      answer: 'web 2',
      said: ['web starts'],
      state: 'CANCELLED',
      unknown: null,
    });
  });

  it('is ended by `headgate stop` while the program goes on, and another process can go on with it then', async () => {
    const script = `${preamble}
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
const stateDir = process.env.XDG_STATE_HOME + '/stopped';
const command = (...args) => promisify(execFile)(process.execPath, [process.argv[3], ...args, '--state-dir', stateDir]);
const started = await run(plan, { stateDir, sourceFolder: folder, components: { '/once': { restart: 'never' } } });
await started.ready;
const stopped = (await command('stop', started.id)).stdout;
const outcome = await started.done;
const resumed = (await command('resume', started.id, '--detach')).stdout;
await command('stop', started.id);
const alone = await run(plan, { stateDir, sourceFolder: folder, components: { '/once': { restart: 'never' } }, control: false });
await alone.ready;
const control = existsSync(alone.folder + '/control.json');
alone.stop('enough');
await alone.done;
tell({ id: started.id, stopped, outcome, resumed: /^ready /m.test(resumed), control });
`;
    const { status, stdout, stderr } = await node(write('stopped.mjs', script), two(), resolve('dist/cli.cjs'));
    expect([status, stderr]).toEqual([0, '']);
    const { id, ...told } = JSON.parse(stdout) as { readonly id: string };
    expect(told).toEqual({
      stopped: `${id} CANCELLED\n`,
      outcome: { state: 'CANCELLED', reason: 'asked to stop' },
      resumed: true,
      control: false,
    });
  });

  it('answers why nothing could be begun, and ends as blocked by what is missing later', async () => {
    const script = `${preamble}
const bad = await run(plan, { stateDir: '/dev/null/no', sourceFolder: folder });
const worse = await run(plan, { sourceFolder: folder, externals: { nothing: 'http://127.0.0.1:1' } });
tell({ bad: bad.blocked.map(({ gate }) => gate), up: await worse.ready, worse: await worse.done });
`;
    const { status, stdout, stderr } = await node(write('blocked.mjs', script), two());
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      bad: ['state_unwritable'],
      up: false,
      worse: { state: 'BLOCKED', blocked: [{ gate: 'slot_unknown', remedy: expect.any(String) }] },
    });
  });

  it('has types that a strict project accepts', () => {
    write(
      'types.ts',
      `import type { DeploymentPlan } from 'headgate';
import { openTracing, type Run, type RunEvent, readRun, run, statusOf } from 'headgate/run';
export async function go(plan: DeploymentPlan): Promise<string> {
  const tracing = await openTracing();
  const onEvent = (event: RunEvent): void => {
    switch (event.type) {
      case 'entry': return console.log(event.entry.seq.toFixed(), 'state' in event.entry.data ? event.entry.data.state : '');
      case 'state': return console.log(event.status.moniker, event.status.pid?.toFixed());
      case 'log': return console.log(event.line.text);
      case 'ready': return console.log(event.exports['x']?.length);
    }
  };
  const started = await run(plan, { sourceFolder: '.', onEvent, spans: tracing, signal: AbortSignal.timeout(1) });
  if ('blocked' in started) return started.blocked.map(({ gate }) => gate).join();
  const it: Run = started;
  const known = readRun('x', it.id);
  if (known) await run(known.plan, { ...known.settings, resume: { id: it.id, redo: [] } });
  // @ts-expect-error: the folder has to be said.
  await run(plan, {});
  const outcome = await it.done;
  return outcome.state === 'FAILED' ? outcome.reasons.join() : (statusOf('x', it.id)?.state ?? '');
}
`,
    );
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    const done = spawnSync(process.execPath, [tsc, ...flags, '--exactOptionalPropertyTypes', 'types.ts'], {
      cwd: app,
      encoding: 'utf8',
    });
    expect(done.stdout + done.stderr).toBe('');
  });

  it('holds nothing of the command line, and loads nothing of OpenTelemetry unless it is asked', async () => {
    const script = `import * as entry from 'headgate/run';
console.log(Object.keys(entry).sort().join());`;
    const { stdout } = await node(write('names.mjs', script));
    expect(stdout.trim()).toBe('finalizeRun,openTracing,readRun,run,statusOf');
    const library = readdirSync('dist/lib').map((name) => readFileSync(join('dist/lib', name), 'utf8'));
    const files = [readFileSync('dist/run.js', 'utf8'), ...library];
    expect(files.filter((text) => /from ["']@opentelemetry/.test(text)).length).toBeLessThanOrEqual(1);
    expect(files[0]).not.toMatch(/@opentelemetry|commander|picocolors/);
  });

  it('001-1, 001-7, 001-12: takes kinds of probes, each asked once; one that throws is BLOCKED, and never COMPLETE', async () => {
    const script = `${preamble}
const asked = [];
const probeRunners = {
  'acme/level': async (probe, { name, keep }) => {
    asked.push(name);
    if (name === 'throws') throw new Error('no level');
    return { passed: probe.least <= 3, outcome: 'completed', summary: 'level 3', details: {}, blobs: { log: keep(Buffer.from(name)) } };
  },
};
const { planDigest, ...content } = plan;
const withProbes = (probes) => {
  const next = { ...content, runtime: { ...content.runtime, probes } };
  return { ...next, planDigest: digestOf(next) };
};
const outcomes = [];
for (const probes of [
  { good: { kind: 'acme/level', required: true, least: 2 } },
  { bad: { kind: 'acme/level', required: true, least: 4 }, good: { kind: 'acme/level', required: true, least: 2 } },
  { throws: { kind: 'acme/level', required: true, least: 2 } },
  { strange: { kind: 'acme/other', required: true } },
]) {
  const started = await run(withProbes(probes), { sourceFolder: folder, probeRunners });
  const { state, basis, blocked } = await started.done;
  const { runtimeProbeEvidence, state: told } = statusOf(stateDir, started.id);
  outcomes.push([state, basis ?? blocked.map(({ gate, subject }) => gate + ' ' + subject), told, runtimeProbeEvidence.map((e) => [e.probe, e.passed])]);
}
tell({ asked, outcomes });
`
      .replace(
        'import { readRun, run }',
        "import { createHash } from 'node:crypto';\nimport { readRun, run, statusOf }",
      )
      .replace(
        'const tell =',
        `const stateDir = process.env.XDG_STATE_HOME + '/headgate';
const canonical = (v) => Array.isArray(v) ? '[' + v.map(canonical).join(',') + ']' : v && typeof v === 'object' ? '{' + Object.keys(v).sort().map((k) => JSON.stringify(k) + ':' + canonical(v[k])).join(',') + '}' : JSON.stringify(v);
const digestOf = (v) => 'sha256:' + createHash('sha256').update(canonical(v)).digest('base64');
const tell =`,
      );
    const { status, stdout, stderr } = await node(write('probes.mjs', script), two());
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      asked: ['good', 'bad', 'good', 'throws'],
      outcomes: [
        ['COMPLETE', 'probes_passed', 'COMPLETE', [['good', true]]],
        [
          'BLOCKED',
          ['probe_failed bad'],
          'BLOCKED',
          [
            ['bad', false],
            ['good', true],
          ],
        ],
        ['BLOCKED', ['probe_runner_error throws'], 'BLOCKED', [['throws', null]]],
        ['BLOCKED', ['probe_not_assessed strange'], 'BLOCKED', [['strange', null]]],
      ],
    });
    await expectNoProcess(temp.path);
  });
});
