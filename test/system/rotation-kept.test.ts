/** A rotation to what cannot be used stops no program, and whoever rotated is told; the command line as it is built. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { until } from '../support/run/cli-run.ts';
import { expectNoProcess, filesWith } from '../support/run/leftovers.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const folder = join(temp.path, 'example');
const home = join(temp.path, 'home');
const state = join(temp.path, 'state');
const keyFile = join(home, '.config/headgate-example/example.key');

afterAll(async () => {
  await expectNoProcess(temp.path);
  temp.remove();
});

interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function headgate(args: readonly string[], input = ''): Told {
  const env = { PATH: process.env['PATH'], HOME: home, XDG_STATE_HOME: state, NO_COLOR: '1' };
  return spawnSync(process.execPath, [cliPath, ...args], {
    cwd: folder,
    env,
    input,
    encoding: 'utf8',
    timeout: 120_000,
  });
}
const rotate = (key: string, value: string): Told => headgate(['secrets', 'rotate', key], value);
const rowOf = (component: string): string =>
  headgate(['status'])
    .stdout.split('\n')
    .find((line) => line.startsWith(`${component} `)) ?? '';
const rotationOf = (key: string): string =>
  headgate(['status'])
    .stdout.split('\n')
    .find((line) => line.startsWith(`local/${key} `)) ?? '';

it('keeps what runs where the new value is no good, and restarts it where it is', async () => {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  cpSync('examples/secrets', folder, { recursive: true });
  const scenario = join(folder, 'scenario.yaml');
  const strict = readFileSync(scenario, 'utf8').replace(
    'signing_key: { type: string, secret: true }',
    'signing_key: { type: string, secret: true, minLength: 8 }',
  );
  writeFileSync(scenario, strict);
  expect(headgate(['trust', '--yes']).status).toBe(0);
  expect(headgate(['secrets', 'set', 'local/api/token'], 'canary-first-token').status).toBe(0);
  expect(headgate(['secrets', 'set', 'local/signer/key'], 'canary-first-key').status).toBe(0);
  const run = headgate(['run', 'scenario.yaml', '--config', 'config.yaml', '--detach']);
  expect(run.status, run.stderr).toBe(0);
  const before = [rowOf('/api'), rowOf('/signer')];
  expect(before.join()).toMatch(/ready.*ready/);

  const short = rotate('local/api/token', 'can4');
  expect(short).toMatchObject({ status: 1, stdout: expect.stringContaining('rotated local/api/token: version 2') });
  expect(short.stderr).toMatch(/\/api \(`config\.token`\) goes on with what it has, .*: secret_invalid: must have at/);
  const shortFile = rotate('local/signer/key', 'can5');
  expect(shortFile.status).toBe(1);
  expect(shortFile.stderr).toMatch(
    /\/signer \(`config\.key`\) goes on with what it has, .*: secret_invalid: must have at/,
  );
  expect([rowOf('/api'), rowOf('/signer')]).toEqual(before);
  expect(rotationOf('api/token')).toMatch(/restart +kept .*secret_invalid/);

  // Made anew, it is told as well.
  expect(headgate(['secrets', 'delete', 'local/api/token']).status).toBe(0);
  const anew = headgate(['secrets', 'set', 'local/api/token'], 'canary-third-token');
  expect(anew).toMatchObject({ status: 0, stdout: expect.stringContaining('created local/api/token') });
  expect(anew.stderr).toContain('/api (`config.token`) is restarted');
  await until(
    () => rotationOf('api/token'),
    (row) => / done /.test(row),
    60_000,
  );
  expect(rowOf('/api')).toMatch(/^\/api +ready +\d+ +0 +-/);
  expect(rowOf('/api')).not.toBe(before[0]);
  expect(rowOf('/signer')).toBe(before[1]);
  expect(headgate(['stop']).status).toBe(0);

  // What is wrong with the vault has the code that whoever asks for a value is told.
  renameSync(keyFile, `${keyFile}.kept`);
  writeFileSync(keyFile, Buffer.alloc(32, 1), { mode: 0o600 });
  const refused = headgate(['run', 'scenario.yaml', '--config', 'config.yaml']);
  expect(refused.status).toBe(3);
  expect(refused.stderr).toContain('blocked[secret_unresolved]: /api: access_denied: vault `local`');
  for (const value of ['canary-first-token', 'canary-third-token', 'canary-first-key'])
    expect(filesWith(state, value)).toEqual([]);
});
