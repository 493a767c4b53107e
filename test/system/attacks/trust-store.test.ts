/** Somebody without rights, without an account and with a home that cannot be written: nothing is trusted, and it is said why. */
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { cliPath } from '../../support/cli.ts';
import { asUser, isRoot, ownedByUser } from '../../support/run/as-user.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const checkout = temp.lay({
  'scenario.yaml': 'manifest_version: "0.4.0"\nprogram: { path: /bin/true }\n',
  'headgate.yaml': 'components: { /: { restart: never, egress: ["127.0.0.1:18992"] } }\n',
});

function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const [command = '', ...rest] = [...asUser(temp.path), process.execPath, cliPath, ...args];
  const { status, stderr } = spawnSync(command, rest, {
    cwd: checkout,
    env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', ...env },
    encoding: 'utf8',
  });
  return { status, stderr };
}

const refused = expect.stringContaining('settings/untrusted');

describe('an ordinary user', () => {
  it('with a home of his own trusts what he has read', () => {
    const env = { HOME: ownedByUser(temp.path, 'home') };
    expect(run(['compile', 'scenario.yaml'], env)).toEqual({ status: 1, stderr: refused });
    expect(run(['trust', '--yes'], env).status).toBe(0);
    expect(run(['compile', 'scenario.yaml'], env).status).toBe(0);
  });

  it('with a home that cannot be written can trust nothing for later, and everything for once', () => {
    const home = ownedByUser(temp.path, 'sealed');
    chmodSync(home, 0o500);
    const end = run(['trust', '--yes'], { HOME: home });
    expect(end).toEqual({ status: 1, stderr: expect.stringContaining('this cannot be remembered: EACCES') });
    expect(run(['compile', 'scenario.yaml'], { HOME: home })).toEqual({ status: 1, stderr: refused });
    expect(run(['compile', 'scenario.yaml', '--trust-settings'], { HOME: home }).status).toBe(0);
  });

  it.skipIf(!isRoot)('with the home of somebody else is not believed what lies there', () => {
    const home = temp.lay({});
    const own = spawnSync(process.execPath, [cliPath, 'trust', '--yes'], { cwd: checkout, env: { HOME: home } });
    expect(own.status).toBe(0);
    for (const path of [home, `${home}/.config`, `${home}/.config/headgate`, `${home}/.config/headgate/trust`])
      chmodSync(path, 0o755);
    expect(run(['compile', 'scenario.yaml'], { HOME: home })).toEqual({ status: 1, stderr: refused });
  });

  it.skipIf(!isRoot)('without HOME and without an account has no place, and is told so', () => {
    expect(run(['trust', '--yes'], {})).toEqual({
      status: 1,
      stderr: expect.stringContaining('neither XDG_CONFIG_HOME nor HOME names one'),
    });
    expect(run(['compile', 'scenario.yaml'], {})).toEqual({ status: 1, stderr: refused });
  });
});
