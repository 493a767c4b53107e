/** References to secrets, and secrets that are written out, through the built command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { filesBelow } from '../support/harness.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const canary = 'CANARY-e2e-5d21c0';
const settings =
  'vaults:\n  local: { provider: local_encrypted, file: ./secrets.vault, key: { file: ~/keys/local.key } }\n';
const scenario = `manifest_version: "0.4.0"
config_schema:
  type: object
  properties:
    api_key: { type: string }
    port: { type: integer }
    db: { type: object, properties: { password: { type: string }, user: { type: string } } }
    hosts: { type: array, items: { type: string } }
program: { path: /bin/true, env: { ALL: "\${config}" } }
`;
const lay = (files: Readonly<Record<string, string>>): string =>
  temp.lay({ 'scenario.yaml': scenario, 'headgate.yaml': settings, ...files });
const env = { HOME: join(temp.path, 'home') };

interface Told {
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

/** What `check` finds, by code and place; and that no format shows the secret. */
function checked(
  folder: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): readonly string[] {
  const run = (...rest: readonly string[]) =>
    runCli(['check', 'scenario.yaml', ...args, ...rest], { cwd: folder, env: { ...env, ...more } });
  const json = run('--format', 'json');
  for (const { stdout, stderr } of [json, run(), run('--format', 'sarif'), run('--format', 'github')])
    expect(stdout + stderr).not.toContain('CANARY');
  const { diagnostics } = JSON.parse(json.stdout) as { readonly diagnostics: readonly Told[] };
  return diagnostics.map(
    ({ code, file, range }) => `${code} ${file}:${range.start.line + 1}:${range.start.character + 1}`,
  );
}

const faulty: Readonly<Record<string, string>> = {
  'config.yaml': `api_key: ${canary}\ndb: { password: "secret://${canary}", user: "secret://locl/u" }\nhosts:\n  - secret://local/h\n  - x secret://local/h ${canary}\n  - "[secret]"\n`,
  'config.json5': `{\n  api_key: "${canary}",\n  db: { password: "secret://${canary}", user: "secret://locl/u" },\n  hosts: [\n    "secret://local/h",\n    "x secret://local/h ${canary}",\n    "[secret]",\n  ],\n}\n`,
};

describe('003-C4.15: the file of --config', () => {
  it.each([
    ['config.yaml', ['1:1', '2:17', '2:79', '5:5', '6:5']],
    ['config.json5', ['2:3', '3:19', '3:81', '6:5', '7:5']],
  ])('%s is told by its own places', (file, places) => {
    const folder = lay(faulty);
    const line = (faulty[file] as string).split('\n');
    const column = (text: string): string => {
      const at = line.findIndex((one) => one.includes(text));
      return `${at + 1}:${(line[at] as string).indexOf(text) + 1}`;
    };
    places[2] = column('"secret://locl/u"');
    places[1] = column(`"secret://${canary}"`);
    expect(checked(folder, ['--config', file])).toEqual([
      `link/inline-secret ${file}:${places[0]}`,
      `link/secret-reference-invalid ${file}:${places[1]}`,
      `link/unknown-vault ${file}:${places[2]}`,
      `link/secret-reference-invalid ${file}:${places[3]}`,
      `link/secret-placeholder ${file}:${places[4]}`,
    ]);
  });

  it('is refused by compile and run as well, before anything starts, and nothing is written', () => {
    const folder = lay(faulty);
    const before = filesBelow(folder);
    for (const args of [
      ['compile', 'scenario.yaml', '--config', 'config.yaml', '--trust-settings'],
      [
        'run',
        'scenario.yaml',
        '--config',
        'config.json5',
        '--trust-settings',
        '--state-dir',
        join(folder, '..', 'state'),
      ],
    ]) {
      const { status, stdout, stderr } = runCli(args, { cwd: folder, env });
      expect(status).not.toBe(0);
      expect(stdout).toBe('');
      expect(stderr).toContain('link/unknown-vault');
      expect(stderr).not.toContain('CANARY');
    }
    expect(filesBelow(folder)).toEqual(before);
  });

  it('is refused beside a plan as well, by the same places', () => {
    const folder = lay(faulty);
    const compiled = ['compile', 'scenario.yaml', '--trust-settings', '--emit', 'plan=plan.json'];
    expect(runCli(compiled, { cwd: folder, env }).status).toBe(0);
    const state = join(folder, '..', 'plan-state');
    const more = ['--trust-settings', '--state-dir', state];
    const { status, stdout, stderr } = runCli(['run', 'plan.json', '--config', 'config.yaml', ...more], {
      cwd: folder,
      env,
    });
    expect([status, stdout]).toEqual([2, '']);
    for (const place of ['link/inline-secret', 'config.yaml:1:1', 'link/unknown-vault', 'config.yaml:6:5'])
      expect(stderr).toContain(place);
    expect(stderr).not.toContain('CANARY');
    expect(filesBelow(join(folder, '..')).filter((name) => name.includes('plan-state'))).toEqual([]);
  });

  it('may say of a line that it holds no secret, and why', () => {
    const config = '# headgate-not-secret: of the public demonstration\napi_key: demo\n';
    expect(checked(lay({ 'config.yaml': config }), ['--config', 'config.yaml'])).toEqual([]);
    expect(
      checked(lay({ 'config.yaml': 'api_key: demo # headgate-not-secret\n' }), ['--config', 'config.yaml']),
    ).toEqual(['link/inline-secret config.yaml:1:1']);
  });

  it('is judged by its references alone where there are no vaults', () => {
    const folder = lay({ ...faulty, 'headgate.yaml': 'version: 1\n' });
    expect(checked(folder, ['--config', 'config.yaml']).map((one) => one.split(' ')[0])).toEqual([
      'link/secret-reference-invalid',
      'link/unknown-vault',
      'link/unknown-vault',
      'link/secret-reference-invalid',
    ]);
  });

  it('names secrets for values of any type, and the plan does not know', () => {
    const config =
      'api_key: secret://local/k\nport: secret://local/p@1\ndb: "secret://local/db"\nhosts: secret://local/hosts#all\n';
    const folder = lay({ 'config.yaml': config });
    expect(checked(folder, ['--config', 'config.yaml'])).toEqual([]);
    const plan = (...args: readonly string[]) =>
      runCli(['compile', 'scenario.yaml', '--trust-settings', ...args], { cwd: folder, env });
    const { status, stdout } = plan('--config', 'config.yaml');
    expect(status).toBe(0);
    expect(stdout).toBe(plan().stdout);
    expect(stdout).not.toContain('secret://');
  });
});

describe('the environment', () => {
  it('is told by the name of the variable, at what the manifest says of it', () => {
    const folder = lay({});
    const more = { HEADGATE_CONFIG_PORT: `secret://${canary}`, HEADGATE_CONFIG_HOSTS: '["secret://locl/h"]' };
    expect(checked(folder, [], more)).toEqual([
      'link/secret-reference-invalid scenario.yaml:6:5',
      'link/unknown-vault scenario.yaml:8:5',
    ]);
    const { stderr } = runCli(['check', 'scenario.yaml'], { cwd: folder, env: { ...env, ...more } });
    expect(stderr).toContain('variable `HEADGATE_CONFIG_PORT`');
  });

  it('may hold a secret as it is, and nothing that only looks like a value or a reference', () => {
    expect(checked(lay({}), [], { HEADGATE_CONFIG_API_KEY: canary })).toEqual([]);
    const bad = {
      HEADGATE_CONFIG_API_KEY: `x secret://local/k ${canary}`,
      HEADGATE_CONFIG_DB__PASSWORD: '[secret]',
      HEADGATE_CONFIG_HOSTS: `["ok", "[secret]", "y secret://local/k"]`,
    };
    expect(checked(lay({}), [], bad).map((one) => one.split(' ')[0])).toEqual([
      'link/secret-reference-invalid',
      'link/secret-placeholder',
      'link/secret-placeholder',
      'link/secret-reference-invalid',
    ]);
  });

  it('of a plan is refused as well, without a word of it', () => {
    const folder = lay({});
    const compiled = ['compile', 'scenario.yaml', '--trust-settings', '--emit', 'plan=plan.json'];
    expect(runCli(compiled, { cwd: folder, env }).status).toBe(0);
    for (const more of [
      { HEADGATE_CONFIG_API_KEY: '[secret]' },
      { HEADGATE_CONFIG_DB__USER: `x secret://local/k ${canary}` },
      { HEADGATE_CONFIG_HOSTS: `["${canary}", " [secret] "]` },
    ]) {
      const ran = runCli(['run', 'plan.json', '--trust-settings', '--state-dir', join(folder, 'state')], {
        cwd: folder,
        env: { ...env, ...more },
      });
      expect([ran.status, ran.stderr]).toEqual([3, expect.stringContaining('blocked[config_invalid]: config.')]);
      expect(ran.stdout + ran.stderr).not.toContain('CANARY');
    }
  });
});

describe('a manifest', () => {
  it('is judged with its programs and the defaults of its schema', () => {
    const manifest = `manifest_version: "0.4.0"
config_schema:
  type: object
  properties:
    token: { type: string, default: ${canary} }
    max_tokens: { type: integer, default: 100 }
program:
  path: /bin/true
  args: ["secret://local/in-arguments"]
  env: { STRIPE_API_KEY: ${canary}, TOKEN_COUNT: "12", TOKEN: "\${config.token}", OTHER_SECRET: "secret://local/in-env", MAX_TOKENS: "\${config.max_tokens}" }
`;
    expect(checked(lay({ 'scenario.yaml': manifest }), [])).toEqual([
      'link/inline-secret scenario.yaml:5:28',
      'link/secret-reference-invalid scenario.yaml:9:10',
      'link/inline-secret scenario.yaml:10:10',
      `link/secret-reference-invalid scenario.yaml:10:${(manifest.split('\n')[9]?.indexOf('"secret://local/in-env"') as number) + 1}`,
    ]);
    expect(
      checked(lay({ 'scenario.yaml': manifest, 'headgate.yaml': 'version: 1\n' }), []).filter((one) =>
        one.includes('inline'),
      ),
    ).toEqual([]);
  });

  it('warns of a secret among the arguments, whoever names it', () => {
    const child =
      'manifest_version: "0.4.0"\nconfig_schema: { type: object, properties: { key: { type: string } } }\nprogram: { path: /bin/true, args: ["${config.key}"] }\n';
    const root =
      'manifest_version: "0.4.0"\ncomponents: { a: { manifest: ./child.yaml, config: { key: "secret://local/k" } } }\n';
    const lints = (files: Readonly<Record<string, string>>, args: readonly string[] = []): readonly string[] =>
      checked(lay(files), args).filter((one) => one.startsWith('lint/secret'));
    expect(lints({ 'scenario.yaml': root, 'child.yaml': child })).toEqual(['lint/secret-in-arguments child.yaml:3:36']);
    const config = { 'scenario.yaml': child, 'config.yaml': 'key: secret://local/k\n' };
    expect(lints(config, ['--config', 'config.yaml'])).toEqual(['lint/secret-in-arguments scenario.yaml:3:36']);
    expect(lints(config)).toEqual([]);
  });
});

describe('settings', () => {
  it('tell of nothing where a vault is declared and nothing names it', () => {
    const { stdout } = runCli(['check', '.', '--format', 'json'], { cwd: lay({}), env });
    expect((JSON.parse(stdout) as { diagnostics: readonly unknown[] }).diagnostics).toEqual([]);
  });

  it('have the key of a vault outside of what programs are shown, wherever links lead', () => {
    const folder = lay({ 'headgate.yaml': settings.replace('~/keys/local.key', './local.key') });
    for (const command of ['check', 'compile']) {
      const { status, stderr } = runCli(
        [command, 'scenario.yaml', ...(command === 'compile' ? ['--trust-settings'] : [])],
        { cwd: folder, env },
      );
      expect(status).toBe(1);
      expect(stderr).toContain('settings/vault-key-shown');
    }
    expect(readFileSync(join(folder, 'headgate.yaml'), 'utf8')).toContain('./local.key');
  });
});
