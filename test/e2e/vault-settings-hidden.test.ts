/** What opens a vault, written into the settings, is shown by no format; and one fault is told once. */
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const local = (rest: string): string => `vaults:\n  v: { provider: local_encrypted, file: ./s.vault, ${rest} }\n`;
const kv = (rest: string): string =>
  `vaults:\n  v: { provider: vault, address: "https://v.example", mount: secret, ${rest} }\n`;

function told(settings: string, more: Readonly<Record<string, string>> = {}): readonly string[] {
  const cwd = temp.lay({ 'scenario.yaml': 'manifest_version: "0.4.0"\n', 'headgate.yaml': settings, ...more });
  const run = (...args: readonly string[]) => runCli(['check', '.', ...args], { cwd, env: { HOME: cwd } });
  const json = run('--format', 'json');
  for (const { stdout, stderr } of [json, run(), run('--format', 'sarif'), run('--format', 'github')])
    expect(stdout + stderr).not.toMatch(/CANARY|7310/);
  const { diagnostics } = JSON.parse(json.stdout) as { diagnostics: readonly { code: string }[] };
  return diagnostics.map(({ code }) => code);
}

describe('of a vault nothing is shown of', () => {
  it.each([
    ['a key as a text', local('key: "CANARY0123"'), 'settings/wrong-type'],
    ['a key as a number', local('key: 7310'), 'settings/wrong-type'],
    ['a key in a list', local('key: ["CANARY0123"]'), 'settings/wrong-type'],
    ['a list of what has a name', local('key: [{ name: "CANARY0123" }]'), 'settings/wrong-type'],
    ['a field without a blank', local('key: { "file:CANARY": }'), 'settings/unknown-field'],
    ['a key of its own', local('key: { CANARY0123 }'), 'settings/unknown-field'],
    ['an unknown field below key', local('key: { value: "CANARY0123" }'), 'settings/unknown-field'],
    ['a file that is a list', local('key: { file: ["CANARY0123"] }'), 'settings/wrong-type'],
    ['a variable that is a number', local('key: { passphraseEnv: 7310 }'), 'settings/wrong-type'],
    ['a login as a text', kv('auth: "hvs.CANARY"'), 'settings/wrong-type'],
    ['a login of an unknown method', kv('auth: { method: "hvs.CANARY" }'), 'settings/invalid-value'],
    [
      'an unknown field below auth',
      kv('auth: { method: token, tokenEnv: T, extra: ["hvs.CANARY"] }'),
      'settings/unknown-field',
    ],
    [
      'an unknown field of a vault',
      kv('auth: { method: token, tokenEnv: T }, opens: "hvs.CANARY"'),
      'settings/unknown-field',
    ],
    ['a login of another provider', local('key: { file: ~/k }, auth: "hvs.CANARY"'), 'settings/unknown-field'],
    ['a vault as a text', 'vaults: { v: "hvs.CANARY" }\n', 'settings/wrong-type'],
    ['a vault without a provider', 'vaults: { v: { key: "CANARY" } }\n', 'settings/missing-field'],
  ])('%s', (_, settings, code) => {
    expect(told(settings)).toContain(code);
  });
});

describe('one fault of the settings', () => {
  it('does not make a vault unknown wherever it is named', () => {
    const settings = `${local('key: { file: ~/k }')}policies: { p: { grants: { secrets: ["secret://v/pol/key@1"] } } }\n`;
    const config_schema = '{ type: object, properties: { a: { type: string }, b: { type: string } } }';
    const files = {
      'scenario.yaml':
        'manifest_version: "0.4.0"\ncomponents: { c: { manifest: ./c.yaml, config: { a: "secret://v/a", b: "secret://v/b" } } }\n',
      'c.yaml': `manifest_version: "0.4.0"\nconfig_schema: ${config_schema}\nprogram: { path: /bin/true, env: { A: "\${config.a}", B: "\${config.b}" } }\n`,
    };
    expect(told(settings, files).filter((code) => !code.startsWith('lint/'))).toEqual(['settings/invalid-value']);
    expect(told('version: 1\n', files).filter((code) => code === 'link/unknown-vault')).toHaveLength(2);
  });
});
