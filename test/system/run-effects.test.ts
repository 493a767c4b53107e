/** What a run does outside of its own folders, as the kernel sees it, has an intent that was on the disk before. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { launch } from '../support/run/cli-run.ts';
import { effectsOf } from '../support/run/effects.ts';
import { counting, python, scenarioOf, task } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { folder, lay, options } = useRuns();

it('every file made and every socket bound outside of the folders of a run follows the intent of its grant', async () => {
  const outside = createServer((_, response) => response.end('outside')).listen(0, '127.0.0.1');
  await new Promise((done) => outside.once('listening', done));
  const { port } = outside.address() as AddressInfo;
  const client = python('import time; time.sleep(10**6)', {
    slots: { up: { kind: 'http' } },
    env: { UP: '${slots.up.url}' },
  });
  const scenario = lay({
    ...scenarioOf(
      { web: counting('web'), one: task('one'), client },
      {
        slots: { up: { kind: 'http' } },
        bindings: [{ to: '#client.up', from: 'slots.up', weak: true }],
        exports: { web: '#web.http' },
      },
    ),
    'headgate.yaml': JSON.stringify({
      components: { '/one': { restart: 'never' }, '/client': { egress: [`127.0.0.1:${port}`] } },
    }),
  });
  const trace = join(folder, 'trace');
  const wrap = ['strace', '-f', '-qq', '-y', '-s', '4096', '-o', trace, '-e', 'trace=%file,%network,write,fsync'];
  const given = options({ wrap });
  const slot = ['--slot', `up=http://127.0.0.1:${port}`];
  const run = await launch(['run', scenario, ...slot, '--trust-settings'], given).ready;
  process.kill(Number(readFileSync(trace, 'utf8').split(' ', 1)[0]), 'SIGINT');
  await run.ended;
  outside.close();
  const { effects, unexplained } = effectsOf(readFileSync(trace, 'utf8'), given.stateDir);
  expect(unexplained).toEqual([]);
  expect(effects).toEqual(expect.arrayContaining(['storage', 'port', 'socket', 'sandbox']));
});
