/** Programs that a scenario brings along: what was executed is evidence, and an edited one is refused by name. */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/base/digest.ts';
import { runCli } from '../support/cli.ts';
import { headgate, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { type Part, python, scenarioOf, task } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start } = useRuns();

const goText = '#!/bin/sh\necho it has run\nexit 3\n';
const go: Part = { restart: 'never', manifest: { program: { path: './bin/go.sh' } } };

interface Laid {
  readonly given: RunOptions;
  readonly scenario: string;
  readonly folder: string;
  readonly file: string;
}

function laid(): Laid {
  const scenario = lay({ ...scenarioOf({ one: task('one'), go }), 'bin/go.sh': goText });
  const folder = dirname(scenario);
  const file = join(folder, 'bin/go.sh');
  chmodSync(file, 0o755);
  return { given: options(), scenario, folder, file };
}

const lastRun = ({ given }: Laid): string => runFolders(given.stateDir).at(-1) as string;

/** What the store holds of a digest in the journal. */
function evidence({ given }: Laid, digest: unknown): unknown {
  const hex = String(digest).replace('sha256:', '');
  return JSON.parse(readFileSync(join(given.stateDir, 'store/sha256', hex.slice(0, 2), hex.slice(2)), 'utf8'));
}

describe('what was executed', () => {
  it('is kept for programs of the scenario and of the system', () => {
    const all = laid();
    headgate(['run', all.scenario], all.given);
    const lines = journalLines(all.given.stateDir, lastRun(all));
    const found = (actionId: string): unknown =>
      lines.find((line) => line.actionId === actionId && line.data['program'] !== undefined)?.data['program'];
    const digest = digestOf(readFileSync('/bin/sh'));
    expect(evidence(all, found('task.run:/go'))).toEqual({
      path: './bin/go.sh',
      digest: digestOf(goText),
      interpreters: [{ path: '/bin/sh', digest }],
    });
    expect(evidence(all, found('task.run:/one'))).toEqual({ path: '/bin/sh', digest });
  });

  it('is kept of a program that ended before it was up', async () => {
    const all = laid();
    const scenario = lay(scenarioOf({ web: python('raise SystemExit(4)', { port: 8080, restart: 'never' }) }));
    headgate(['run', scenario], all.given);
    const ended = journalLines(all.given.stateDir, lastRun(all)).find(({ data }) => data['state'] === 'failed');
    expect(evidence(all, ended?.data['program'])).toMatchObject({
      path: '/usr/bin/env',
      interpreters: [{ path: 'python3' }],
    });
  });
});

describe('a program that was edited after its run', () => {
  it.each<readonly [string, (file: string) => void, RegExp]>([
    ['edited', (file) => writeFileSync(file, '#!/bin/sh\nexit 0\n'), /go\.sh was changed: .* \/go started/],
    ['deleted', (file) => rmSync(file), /go\.sh, which \/go started, is gone/],
  ])('is refused by `status` and `resume` when it was %s', (_, change, message) => {
    const all = laid();
    expect(headgate(['run', all.scenario], all.given).status).not.toBe(0);
    const id = lastRun(all);
    expect(headgate(['status', id], all.given).status).toBe(0);
    change(all.file);
    for (const command of ['status', 'resume']) {
      const end = headgate([command, id], all.given);
      expect(end.status, end.stdout + end.stderr).toBe(3);
      expect(end.stderr).toContain(`blocked[program_changed]: ${id}: ${all.file}`);
      expect(end.stderr).toMatch(message);
      expect(end.stderr).toMatch(/= help: put the file back as before, or begin a new run/);
    }
    writeFileSync(all.file, goText);
    chmodSync(all.file, 0o755);
    expect(headgate(['status', id], all.given).status).toBe(0);
    expect(headgate(['resume', id], all.given).stderr).not.toContain('program_changed');
  });

  it('does not keep a run that goes on from being looked at and stopped, and `status` says what would be refused', async () => {
    const given = options();
    const web = python('import http.server; http.server.test(port=8080)', { port: 8080 });
    const scenario = lay({ ...scenarioOf({ web, go }), 'bin/go.sh': '#!/bin/sh\nsleep 1000\n' });
    const file = join(dirname(scenario), 'bin/go.sh');
    chmodSync(file, 0o755);
    const run = await start(scenario, given);
    const json = (): { readonly warnings: readonly unknown[] } =>
      JSON.parse(headgate(['status', run.id, '--format', 'json'], given).stdout);
    expect(json().warnings).toEqual([]);
    writeFileSync(file, '#!/bin/sh\n');
    const { status, stdout, stderr } = headgate(['status', run.id], given);
    expect([status, stdout]).toEqual([0, expect.stringContaining('RUNNING')]);
    expect(stderr).toContain(`warning[program_changed]: ${file} was changed: it is not the program that /go started`);
    expect(stderr).toMatch(/= help: put the file back/);
    expect(json().warnings).toMatchObject([{ gate: 'program_changed', subject: run.id }]);
    expect(headgate(['stop', run.id], given).stdout).toContain('CANCELLED');
  });
});

describe('a program that is edited while it runs', () => {
  const serve = `#!/bin/sh
exec python3 -u -c "
import http.server, os
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/exit': os._exit(9)
        self.send_response(200); self.send_header('content-length', '3'); self.end_headers(); self.wfile.write(b'old')
    def log_message(self, *a): pass
http.server.HTTPServer(('127.0.0.1', 8080), H).serve_forever()
"
`;
  const other = serve.replace("b'old'", "b'new'");
  const web: Part = {
    restart: 'always',
    manifest: {
      program: { path: './serve.sh', network: { endpoints: [{ name: 'http', port: 8080 }] } },
      provides: { http: { kind: 'http', endpoint: 'http' } },
      exports: { http: 'provides.http' },
    },
  };
  const stays = python('import http.server; http.server.test(port=8080)', { port: 8080 });

  it.each<readonly [string, (file: string) => void, RegExp]>([
    ['edited', (file) => writeFileSync(file, other), /serve\.sh is not the program that the plan was made of/],
    ['deleted', (file) => rmSync(file), /serve\.sh is gone/],
  ])('is not started again when it was %s, and the others go on', async (_, change, says) => {
    const given = options();
    const files = scenarioOf(
      { web, stays, go: { restart: 'never', manifest: { program: { path: './wait.sh' } } } },
      exported('web'),
    );
    const scenario = lay({ ...files, 'serve.sh': serve, 'wait.sh': '#!/bin/sh\nsleep 1000\n' });
    const file = join(dirname(scenario), 'serve.sh');
    for (const name of ['serve.sh', 'wait.sh']) chmodSync(join(dirname(scenario), name), 0o755);
    const run = await start(scenario, given);
    expect(await textOf(run.exports['web'])).toBe('old');
    change(file);
    await textOf(`${run.exports['web']}/exit`);
    const stateOf = (): readonly string[] =>
      (
        JSON.parse(headgate(['status', run.id, '--format', 'json'], given).stdout) as {
          components: readonly { moniker: string; state: string; lastExit: string | null }[];
        }
      ).components.map(({ moniker, state, lastExit }) => `${moniker} ${state} ${lastExit ?? ''}`);
    await until(stateOf, (states) => states.some((one) => one.startsWith('/web failed')));
    expect(stateOf().find((one) => one.startsWith('/web'))).toMatch(says);
    expect(stateOf().filter((one) => /^\/(stays ready|go starting)/.test(one))).toHaveLength(2);
    // What was found there is evidence, where there was anything.
    const lines = journalLines(given.stateDir, run.id).filter(({ actionId }) => actionId === 'process.start:/web');
    const last = lines.at(-1);
    expect(last).toMatchObject({ type: 'outcome', attempt: 2, data: { state: 'failed', ran: false } });
    const all = { given, scenario, folder: dirname(scenario), file };
    if (last?.data['program'] !== undefined)
      expect(evidence(all, last.data['program'])).toMatchObject({ path: './serve.sh', digest: digestOf(other) });
    expect(last?.data['program'] === undefined).toBe(!existsSync(file));
    expect((await run.stop()).status).toBe(5);
  });

  it('ends the run as BLOCKED where nothing else goes on; put back, it is resumed', async () => {
    const given = options();
    const scenario = lay({ ...scenarioOf({ web }, exported('web')), 'serve.sh': serve });
    const file = join(dirname(scenario), 'serve.sh');
    chmodSync(file, 0o755);
    const run = await start(scenario, given);
    writeFileSync(file, other);
    await textOf(`${run.exports['web']}/exit`);
    const end = await run.ended;
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toContain(
      `blocked[program_changed]: /web: ${file} is not the program that the plan was made of`,
    );
    expect(end.stderr).toMatch(
      new RegExp(
        `= help: put the file back as it was; then .headgate resume ${run.id}.\nBLOCKED ${run.id}\nverdict not signed\n$`,
      ),
    );
    expect(headgate(['resume', run.id], given).status).toBe(3);
    writeFileSync(file, serve);
    const again = await launch(['resume', run.id], given).ready;
    expect(await textOf(again.exports['web'])).toBe('old');
    await again.stop();
  });
});

describe('a plan whose program was edited since', () => {
  function compiled(): Laid & { readonly plan: string } {
    const all = laid();
    const plan = join(all.folder, 'plan.json');
    const { status, stderr } = runCli(['compile', all.scenario, '--emit', `plan=${plan}`], { cwd: all.folder });
    expect(status, stderr).toBe(0);
    return { ...all, plan };
  }

  it('is not run, and nothing of it is started', () => {
    const all = compiled();
    writeFileSync(all.file, '#!/bin/sh\necho another\n');
    const end = headgate(['run', all.plan], all.given);
    expect(end.status).toBe(3);
    expect(end.stderr).toContain(`blocked[program_changed]: bin/go.sh: ${all.file}, which /go would start, is not`);
    expect(end.stderr).toContain('BLOCKED');
    const actions = journalLines(all.given.stateDir, lastRun(all)).map(({ actionId }) => actionId);
    expect(actions.filter((id) => id !== null && id !== 'env.probe')).toEqual([]);
  });

  it('runs when it was not, and as before when the program is missing', () => {
    const all = compiled();
    expect(headgate(['run', all.plan], all.given).stderr).toContain('it has run');
    rmSync(all.file);
    const end = headgate(['run', all.plan], all.given);
    expect(end.status).toBe(3);
    expect(end.stderr).toContain('blocked[program_missing]');
  });

  it('is no longer what the scenario gives, and `attest verify --relink` names the program', () => {
    const all = compiled();
    const attest = (...args: readonly string[]): ReturnType<typeof runCli> =>
      runCli(['attest', ...args], { cwd: all.folder });
    expect(attest('keygen', '--out', 'key').status).toBe(0);
    expect(attest('scenario.json', '--key', 'key', '--out', 'a.json').stderr).toBe('');
    const verify = (): ReturnType<typeof runCli> =>
      attest('verify', 'a.json', '--key', 'key.pub', '--plan', 'plan.json', '--relink', 'scenario.json');
    expect(verify().status, verify().stderr).toBe(0);
    writeFileSync(all.file, '#!/bin/sh\n');
    const { status, stderr } = verify();
    expect(status).toBe(1);
    expect(stderr).toContain('`bin/go.sh` was changed');
  });
});
