/** `status`, `stop` and `logs -f` ask the run itself, and do without where nobody is there. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headgate, type LiveRun, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { ask, controlPath, socketOf } from '../support/run/control.ts';
import { journalLines } from '../support/run/journal.ts';
import { counting, scenarioOf, talking } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start, folder } = useRuns();

const web = (): string => lay(scenarioOf({ web: counting('web') }, exported('web')));
async function live(scenario = web(), more: Partial<RunOptions> = {}): Promise<Live> {
  const given = options(more);
  const run = await start(scenario, given);
  return { given, run, socket: socketOf(given.stateDir, run.id) ?? 'no control.json' };
}
interface Live {
  readonly given: RunOptions;
  readonly run: LiveRun;
  readonly socket: string;
}
const reasonOf = ({ stateDir }: RunOptions, id: string): unknown => journalLines(stateDir, id).at(-1)?.data['reason'];

describe('commands', () => {
  it('use the interface where there is one', async () => {
    const { given, run } = await live();
    const asked: string[] = [];
    const told = {
      ...JSON.parse(headgate(['status', '--format', 'json'], given).stdout),
      reasons: ['told by somebody'],
    };
    const line = { at: '2030-01-01T00:00:00.000Z', moniker: '/web', stream: 'stdout', text: 'a line of somebody' };
    const stub = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end(request.url?.startsWith('/v1/logs') ? `${JSON.stringify(line)}\n` : JSON.stringify(told));
    });
    const path = join(folder, 'stub');
    await new Promise<void>((done) => stub.listen(path, () => done()));
    const control = controlPath(given.stateDir, run.id);
    const real = readFileSync(control, 'utf8');
    writeFileSync(control, JSON.stringify({ ...(JSON.parse(real) as object), socket: path }));
    // The command must not hold up the process that answers it.
    const say = async (...args: readonly string[]): Promise<string> => (await launch(args, given).ended).stdout;
    expect(await say('status')).toContain('told by somebody');
    expect(await say('logs', '-f')).toBe('2030-01-01T00:00:00.000Z /web | a line of somebody\n');
    expect(await say('stop')).toBe(`${run.id} RUNNING\n`);
    expect(asked).toEqual(['GET /v1/run', 'GET /v1/logs?follow=true', 'POST /v1/stop?wait=true']);
    const { owner } = JSON.parse(real) as { readonly owner: object };
    const ofAnother = { version: 1, socket: path, owner: { ...owner, startTime: '1' } };
    writeFileSync(control, JSON.stringify(ofAnother));
    expect(await say('status')).not.toContain('told by somebody');
    expect(asked).toHaveLength(3);
    stub.close();
    writeFileSync(control, real);
    expect(await say('stop')).toBe(`${run.id} CANCELLED\n`);
    expect(reasonOf(given, run.id)).toBe('asked to stop');
  });

  it('use the folder and the process where the socket is gone', async () => {
    const { given, run, socket } = await live();
    rmSync(dirname(socket), { recursive: true });
    const logs = launch(['logs', '-f'], given);
    expect(headgate(['status'], given).stdout).toContain(`${run.id} RUNNING`);
    expect(headgate(['stop'], given).stdout).toBe(`${run.id} CANCELLED\n`);
    expect(reasonOf(given, run.id)).toBe('interrupted');
    expect((await logs.ended).stdout).toContain('/web | web starts');
  });

  it('read the folder of a run whose process is halted', async () => {
    const { given, run } = await live();
    run.child.kill('SIGSTOP');
    expect(headgate(['status'], given).stdout).toContain(`${run.id} RUNNING`);
    run.child.kill('SIGCONT');
    await run.stop();
  });

  it('`logs -f` tells each line once, also when headgate is killed meanwhile', async () => {
    const { given, run, socket } = await live(lay(scenarioOf({ web: talking }, exported('web'))));
    const logs = launch(['logs', '-f', 'last', '/web'], given);
    let said = '';
    logs.child.stdout?.on('data', (text: string) => {
      said += text;
    });
    await textOf(`${run.exports['web']}/first`);
    await until(
      () => said,
      (text) => text.includes('asked /first'),
      60_000,
    );
    run.child.kill('SIGKILL');
    await run.ended;
    const { stdout, status } = await logs.ended;
    expect(status).toBe(0);
    expect(stdout.match(/\| (out|err|asked \/first)/g)?.sort()).toEqual(['| asked /first', '| err', '| out']);
    expect(existsSync(socket)).toBe(true);
  });

  it('are not misled by what a killed run left', async () => {
    const { given, run, socket } = await live();
    run.child.kill('SIGKILL');
    await run.ended;
    expect(socketOf(given.stateDir, run.id)).toBe(socket);
    expect(headgate(['status'], given).stdout).toContain(`${run.id} INTERRUPTED`);
    const stop = headgate(['stop'], given);
    expect([stop.status, stop.stderr]).toEqual([1, `${run.id} is not running\n`]);
    expect(headgate(['logs', '-f'], given).stdout).toContain('/web | web starts');
    expect(headgate(['resume', '--detach'], given).status).toBe(0);
    const next = socketOf(given.stateDir, run.id) as string;
    expect(next).not.toBe(socket);
    expect((await ask(next, '/v1/run')).status).toBe(200);
    expect(headgate(['stop'], given).stdout).toBe(`${run.id} CANCELLED\n`);
  });

  it('are not misled by a control.json that is torn, newer or of another process', async () => {
    const { given, run } = await live();
    const control = controlPath(given.stateDir, run.id);
    const real = JSON.parse(readFileSync(control, 'utf8')) as { readonly owner: object };
    for (const text of [
      '',
      '{"version":1,',
      'null',
      '[]',
      '{"version":1}',
      JSON.stringify({ ...real, version: 2 }),
      JSON.stringify({ ...real, owner: { ...real.owner, startTime: '1' } }),
    ]) {
      writeFileSync(control, text);
      const { status, stdout, stderr } = headgate(['status'], given);
      expect([status, stderr, stdout.split('\n')[0]], text).toEqual([0, '', `${run.id} RUNNING`]);
    }
    await run.stop();
  });
});
