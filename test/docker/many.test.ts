/** Many components on Compose: all of them get ready, are seen, and nothing of them stays. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { headgate, type RunOptions, runEnvironment } from '../support/run/cli-run.ts';
import { scenarioOf } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';
import { composers } from './composes.ts';
import { command } from './images.ts';

const count = process.env['HEADGATE_WHOLE'] === '1' ? 300 : 12;
const { lay, options: plainOptions, folder } = useRuns();
const image = `headgate-many-test:${process.pid}`;
beforeAll(() => {
  mkdirSync(join(folder, 'image'));
  command('test/docker/compose-image.sh', image, join(folder, 'image'));
});
afterAll(() => {
  spawnSync('docker', ['rmi', '-f', image]);
});

/** Each in its storage in memory, so that volumes have to go as well. */
const idle = {
  manifest: {
    program: {
      image,
      entrypoint: ['/bin/sh', '-c', 'exec httpd -f -p 8080 -h /www'],
      mounts: [{ path: '/data', from: 'resources.data' }],
      network: { endpoints: [{ name: 'http', port: 8080 }] },
    },
    resources: { data: { kind: 'storage', params: { retention: 'ephemeral' } } },
    provides: { http: { kind: 'http', endpoint: 'http' } },
    exports: { http: 'provides.http' },
  },
};

it(`${count} components are up, seen and taken away again`, () => {
  const composer = composers.at(-1);
  const names = Array.from({ length: count }, (_, index) => `c${index}`);
  const options: RunOptions = plainOptions({ env: { ...composer?.env, HEADGATE_GATE_IMAGE: image } });
  const scenario = lay(scenarioOf(Object.fromEntries(names.map((name) => [name, idle]))));
  const run = spawnSync(
    process.execPath,
    [cliPath, 'run', scenario, '--on', 'compose', '--detach', '--state-dir', options.stateDir],
    { encoding: 'utf8', env: runEnvironment(options.env), timeout: 3_000_000 },
  );
  expect(run.status, `${run.stdout}${run.stderr}`).toBe(0);
  const status = JSON.parse(headgate(['status', '--format', 'json'], options).stdout) as {
    readonly id: string;
    readonly components: readonly { readonly state: string }[];
  };
  const left = (): readonly number[] =>
    [
      ['ps', '-aq'],
      ['network', 'ls', '-q'],
      ['volume', 'ls', '-q'],
    ].map(
      (args) =>
        command('docker', ...args, '--filter', `label=com.docker.compose.project=headgate-${status.id}`)
          .split('\n')
          .filter(Boolean).length,
    );
  try {
    expect(status.components.map(({ state }) => state)).toEqual(names.map(() => 'ready'));
    expect(left()).toEqual([count, count, count]);
  } finally {
    const stopped = spawnSync(process.execPath, [cliPath, 'stop', '--state-dir', options.stateDir], {
      encoding: 'utf8',
      env: runEnvironment(options.env),
      timeout: 3_000_000,
    });
    expect(stopped.stdout).toContain('CANCELLED');
  }
  expect(left()).toEqual([0, 0, 0]);
});
