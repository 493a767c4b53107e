/** Programs that a scenario brings along: what was executed is evidence, and an edited one is refused by name. */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/base/digest.ts';
import { runCli } from '../support/cli.ts';
import { headgate, type RunOptions } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { type Part, python, scenarioOf, task } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

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

  it('does not keep a run that goes on from being looked at and stopped', async () => {
    const given = options();
    const web = python('import http.server; http.server.test(port=8080)', { port: 8080 });
    const scenario = lay({ ...scenarioOf({ web, go }), 'bin/go.sh': '#!/bin/sh\nsleep 1000\n' });
    const file = join(dirname(scenario), 'bin/go.sh');
    chmodSync(file, 0o755);
    const run = await start(scenario, given);
    writeFileSync(file, '#!/bin/sh\n');
    expect(headgate(['status', run.id], given).stdout).toContain('RUNNING');
    expect(headgate(['stop', run.id], given).stdout).toContain('CANCELLED');
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
    expect(actions.filter((id) => id !== null)).toEqual([]);
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
