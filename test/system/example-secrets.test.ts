/** examples/secrets: its README as it stands, with a vault of its own. */
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { fencesOf } from '../support/pages.ts';
import { until } from '../support/run/cli-run.ts';
import { expectNoProcess, filesWith } from '../support/run/leftovers.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const folder = join(temp.path, 'example');
const home = join(temp.path, 'home');
const bin = join(temp.path, 'bin');
const state = join(temp.path, 'state');

afterAll(async () => {
  await expectNoProcess(temp.path);
  temp.remove();
});

const urls: Record<string, string> = {};
function sh(script: string): string {
  const { PATH } = process.env;
  const env = { PATH: `${bin}:${PATH}`, HOME: home, XDG_STATE_HOME: state, NO_COLOR: '1', ...urls };
  const { status, stdout } = spawnSync('bash', ['-euo', 'pipefail', '-c', `exec 2>&1\n${script}`], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect(status, stdout).toBe(0);
  return stdout;
}

const signed = (key: string): string => `${createHmac('sha256', key).update('/hello').digest('hex')}\n`;
const opens = async (token: string): Promise<number> =>
  (await fetch(urls['API'] ?? '', { headers: { authorization: `Bearer ${token}` } }).catch(() => undefined))?.status ??
  0;

it('does what its README says', async () => {
  for (const path of [home, bin]) mkdirSync(path, { recursive: true, mode: 0o700 });
  cpSync('examples/secrets', folder, { recursive: true });
  writeFileSync(join(bin, 'headgate'), `#!/bin/sh\nexec '${process.execPath}' '${cliPath}' "$@"\n`);
  chmodSync(join(bin, 'headgate'), 0o755);
  const fences = fencesOf(readFileSync(resolve('examples/secrets/README.md'), 'utf8')).filter(
    ({ language }) => language === 'sh',
  );
  const [store, run, ask, rotate, look] = fences.map(({ text }) => text) as [string, string, string, string, string];
  expect(fences).toHaveLength(5);

  expect(sh(store)).toMatch(/created local\/api\/token[\s\S]*created local\/signer\/key/);
  const key = join(home, '.config/headgate-example/example.key');
  expect(existsSync(key) && statSync(key).mode & 0o777).toBe(0o600);

  for (const [, name, url] of sh(run).matchAll(/^(api|signer) (http:\S+)$/gm))
    urls[(name ?? '').toUpperCase()] = url ?? '';
  const asked = sh(ask);
  expect(asked).toContain('welcome\n');
  expect(asked).toContain(signed('my-first-key'));
  expect(asked).toContain('the token is [secret]');
  expect(asked).not.toContain('my-first-token');

  const rotated = sh(rotate);
  expect(rotated).toContain('/api (`config.token`) is restarted');
  expect(rotated).toContain('/signer (`config.key`) has its file replaced');
  await until(
    () => opens('my-second-token'),
    (status) => status === 200,
    60_000,
  );
  expect(await opens('my-first-token')).toBe(401);
  expect(await (await fetch(`${urls['SIGNER']}/hello`)).text()).toBe(signed('my-second-key'));
  const { components } = JSON.parse(rotated.slice(rotated.indexOf('{'), rotated.lastIndexOf('}') + 1)) as {
    components: readonly { moniker: string; restarts: number }[];
  };
  expect(components.map(({ restarts }) => restarts)).toEqual([0, 0]);

  const looked = sh(look);
  expect(looked).toContain('/signer');
  expect(looked).toContain('rotate');
  for (const value of ['my-first-token', 'my-first-key', 'my-second-token', 'my-second-key']) {
    expect(looked + rotated).not.toContain(value);
    expect(filesWith(state, value)).toEqual([]);
    expect(filesWith(home, value)).toEqual([]);
  }
});
