/** A vault of a provider that is coming soon, as commands show it: visible and locked. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

describe('a vault that is coming soon', () => {
  const cwd = temp.lay({
    'headgate.yaml':
      'vaults:\n  l: { provider: local_encrypted, file: v, key: { file: k/key } }\n  gcp: { provider: gcp_secret_manager }\n',
    'scenario.yaml': 'manifest_version: "0.4.0"\nmetadata: {}\n',
  });
  const secrets = (args: readonly string[], input = '') =>
    runCli([...args, '--trust-settings'], {
      cwd,
      env: { HOME: cwd, XDG_STATE_HOME: join(cwd, 'state'), NO_COLOR: '1' },
      input,
    });
  const json = (args: readonly string[]) => {
    const { status, stdout } = secrets([...args, '--format', 'json']);
    return { status, ...(JSON.parse(stdout) as { vaults: { vault: string; status?: string; code?: string }[] }) };
  };

  it('is shown with the others', () => {
    const health = json(['secrets', 'health']);
    expect(health.vaults.map(({ vault, status, code }) => [vault, status, code])).toEqual([
      ['gcp', 'coming_soon', 'coming_soon'],
      ['l', 'warning', 'vault_not_made'],
    ]);
    expect(health.status).toBe(0);
    expect(json(['secrets', 'vaults', 'list']).vaults.map(({ vault, status }) => [vault, status])).toEqual([
      ['gcp', 'coming_soon'],
      ['l', 'ready'],
    ]);
    expect(secrets(['secrets', 'list']).status).toBe(0);
  });

  it.each([
    [['secrets', 'set', 'gcp/a'], 2, 'error[invalid_request/coming_soon]'],
    [['secrets', 'rotate', 'gcp/a'], 2, 'error[invalid_request/coming_soon]'],
    [['secrets', 'delete', 'gcp/a'], 2, 'error[invalid_request/coming_soon]'],
    [['secrets', 'vaults', 'default', 'gcp'], 3, 'error[conflict/vault_not_ready]'],
  ])('refuses %j', (args, exit, says) => {
    const { status, stderr } = secrets(args, 'value-canary');
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('value-canary');
    expect(status).toBe(exit);
  });

  it('is in no plan', () => {
    const { stdout, stderr } = secrets(['compile', 'scenario.yaml']);
    const { runtime } = JSON.parse(stdout) as { runtime: { vaults: object } };
    expect(Object.keys(runtime.vaults)).toEqual(['l']);
    expect(stderr).toContain('settings/vault-coming-soon');
    expect(existsSync(join(cwd, 'v'))).toBe(false);
  });
});
