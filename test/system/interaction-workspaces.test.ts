/** Confirmations of tasks that work on a workspace, with real sandboxes: nobody says yes to what is not where it belongs. */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockTarget } from '../../src/adapters/sync/target-lock.ts';
import { asking } from '../support/run/asking.ts';
import { headgate, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { ask, socketOf } from '../support/run/control.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { type Files, scenarioOf } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { lay, options, folder } = useRuns();
let places = 0;

/** Asks twice, edits the workspace, and goes on for so long. */
const build = (seconds: number) =>
  asking(
    `
import socket, time
here = socket.create_server(('127.0.0.1', 8090))
ask('POST', '/v1/interactions', {'kind': 'request_confirmation', 'message': 'May I go on?'}, {'Idempotency-Key': 'c'})
ask('POST', '/v1/interactions', {'kind': 'suggest_tasks', 'message': 'Tidy up?'}, {'Idempotency-Key': 's'})
open('edited.txt', 'w').write('by the task')
time.sleep(${seconds})
`,
    { port: 8090 },
  );

interface Place {
  readonly given: RunOptions;
  readonly scenario: string;
  readonly tree: string;
  /** Where headgate keeps the locks of sources. */
  readonly locks: string;
}

function place(seconds: number): Place {
  const files: Files = scenarioOf({ build: build(seconds) });
  const settings = {
    version: 1,
    components: { '/build': { restart: 'never', control: true, workspace: 'src' } },
    workspaces: { src: { source: './tree', kind: 'dir' } },
  };
  const scenario = lay({ ...files, 'headgate.yaml': JSON.stringify(settings) });
  const tree = join(scenario, '..', 'tree');
  mkdirSync(tree);
  writeFileSync(join(tree, 'edited.txt'), 'before');
  const home = join(folder, `home${places++}`);
  return { given: options({ env: { XDG_STATE_HOME: home } }), scenario, tree, locks: join(home, 'headgate', 'locks') };
}

const runOf = ({ given }: Place): string => runFolders(given.stateDir)[0] ?? '-';
const begin = (one: Place) => launch(['run', one.scenario, '--trust-settings'], one.given);
const seen = (one: Place, type: string, actionId: string, times = 1) =>
  until(
    () =>
      journalLines(one.given.stateDir, runOf(one)).filter((line) => line.type === type && line.actionId === actionId),
    ({ length }) => length >= times,
    60_000,
  );
const finalize = 'workspace.finalize:workspaces.src:/build';

/** By the socket and by the command, which say the same. */
async function refused(one: Place, state: string): Promise<void> {
  const socket = socketOf(one.given.stateDir, runOf(one)) ?? '';
  const answer = await ask(socket, '/v1/interactions/1/accept', { method: 'POST' });
  expect([answer.status, JSON.parse(answer.text)]).toMatchObject([409, { code: 'workspace_not_finalized', state }]);
  expectRefused(one, state);
}
function expectRefused(one: Place, state: string): void {
  const { status, stdout, stderr } = headgate(['accept', runOf(one), '1', '--format', 'json'], one.given);
  expect([status, JSON.parse(stdout)]).toMatchObject([3, { code: 'workspace_not_finalized', state }]);
  expect(stderr).toContain('error[workspace_not_finalized]');
}
const accept = (one: Place, id: string) => headgate(['accept', runOf(one), id], one.given);

describe('003-C1.5 a confirmation of a task on a workspace', () => {
  it('is not accepted before the finalize, nor while it is going on, and then it is', async () => {
    const one = place(3);
    mkdirSync(one.locks, { recursive: true });
    const held = await lockTarget({ target: realpathSync(one.tree), locks: one.locks });
    const { ended } = begin(one);
    await seen(one, 'progress', 'task.run:/build');
    await until(
      () => headgate(['interactions', '--format', 'json'], one.given).stdout,
      (text) => text.includes('Tidy up?'),
      30_000,
    );
    await refused(one, 'pending');
    expect(accept(one, '2').status).toBe(0);
    await seen(one, 'intent', finalize);
    await refused(one, 'in_flight');
    await held.release();
    await seen(one, 'intent', 'gate.confirm:/build');
    expect(readFileSync(join(one.tree, 'edited.txt'), 'utf8')).toBe('by the task');
    expect(accept(one, '1').status).toBe(0);
    const end = await ended;
    expect(end.status, end.stderr).toBe(0);
  });

  it('is not accepted where the finalize failed, until its changes were given up; suggestions are', async () => {
    const one = place(1);
    const { ended } = begin(one);
    await seen(one, 'intent', 'task.run:/build');
    writeFileSync(join(one.tree, 'edited.txt'), 'by the user');
    expect((await ended).status).toBe(3);
    expectRefused(one, 'failed');
    expect(accept(one, '2').status).toBe(0);
    const given = headgate(['finalize', runOf(one), '/build', '--abandon', 'not needed'], one.given);
    expect(given.status, given.stderr).toBe(0);
    const accepted = accept(one, '1');
    expect([accepted.status, accepted.stderr]).toEqual([0, expect.stringContaining(`headgate resume ${runOf(one)}`)]);
    expect(readFileSync(join(one.tree, 'edited.txt'), 'utf8')).toBe('by the user');
  });

  it('003-C1.11 is not refused for ever because of a process that is gone', async () => {
    const one = place(0.5);
    mkdirSync(one.locks, { recursive: true });
    const held = await lockTarget({ target: realpathSync(one.tree), locks: one.locks });
    const { child, ended } = begin(one);
    await seen(one, 'intent', finalize);
    child.kill('SIGKILL');
    await ended;
    await expectNoProcess(folder);
    await held.release();
    expectRefused(one, 'unknown');
    const resumed = launch(['resume'], one.given);
    await seen(one, 'intent', 'gate.confirm:/build');
    expect(accept(one, '1').status).toBe(0);
    const end = await resumed.ended;
    expect(end.status, end.stderr).toBe(0);
    expect(readFileSync(join(one.tree, 'edited.txt'), 'utf8')).toBe('by the task');
  });
});
