/** The vault that is opened is the one that trust has judged, whatever is run. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CliRun, runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const env = { HOME: temp.lay({}), XDG_STATE_HOME: join(temp.path, 'state') };
const settings = (file: string): string =>
  `vaults: { v: { provider: local_encrypted, file: ${file}, key: { file: ~/v.key } } }\n`;
const scenario = `manifest_version: "0.4.0"
config_schema: { type: object, properties: { k: { type: string, secret: true } }, required: [k] }
program: { path: /bin/sh, args: ["-c", "test \\"$K\\" = CANARY-vault-files && exit 0; exit 9"], env: { K: "\${config.k}" } }
`;
const reference = { HEADGATE_CONFIG_K: 'secret://v/k' };
const hg = (cwd: string, ...args: readonly string[]): CliRun => runCli(args, { cwd, env: { ...env, ...reference } });

/** With a vault that holds the secret. */
function project(): string {
  const folder = temp.lay({ 'scenario.yaml': scenario, 'headgate.yaml': settings('./secrets.vault') });
  execFileSync(
    process.execPath,
    ['dist/cli.cjs', 'secrets', 'set', 'v/k', '--settings', join(folder, 'headgate.yaml'), '--trust-settings'],
    {
      env: { ...process.env, ...env },
      input: 'CANARY-vault-files',
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  return folder;
}

const victim = project();
const bundled = temp.lay({});
const made = hg(victim, 'compile', '.', '--emit', `bundle=${join(bundled, 'b')}`, '--trust-settings');

/** What it was told, and that it read nothing. */
function notFound({ status, stdout, stderr }: CliRun): void {
  expect([status, stderr]).toEqual([3, expect.stringContaining('blocked[secret_unresolved]')]);
  expect(stdout + stderr).not.toContain('CANARY');
}

describe('a bundle', () => {
  it('opens the vault beside the settings', () => {
    expect(made.status, made.stderr).toBe(0);
    const cwd = temp.lay({});
    const given = ['--settings', join('..', victim.slice(temp.path.length + 1), 'headgate.yaml'), '--trust-settings'];
    const ran = hg(cwd, 'run', join(bundled, 'b'), ...given);
    expect([ran.status, ran.stderr]).toEqual([0, expect.stringContaining('COMPLETE')]);
    const plan = hg(cwd, 'compile', join(bundled, 'b'), ...given, '--emit', 'plan=plan.json');
    expect(plan.status, plan.stderr).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, 'plan.json'), 'utf8')).runtime.vaults.v.file).toBe(
      join(victim, 'secrets.vault'),
    );
  });

  it.each(['in the folder', 'by its name'])('does not reach a vault elsewhere by a path from the top, %s', (how) => {
    const cwd = temp.lay({ 'headgate.yaml': settings(`.${victim}/secrets.vault`) });
    execFileSync('cp', ['-r', `${join(bundled, 'b')}/.`, cwd]);
    notFound(hg(cwd, 'run', how === 'in the folder' ? '.' : cwd, '--trust-settings'));
  });
});

describe('a scenario', () => {
  it('below a link does not climb further than trust has judged', () => {
    const top = temp.lay({
      'tree/deep/er/scenario.yaml': scenario,
      'tree/deep/er/headgate.yaml': settings('../../stolen.vault'),
    });
    // Seen by its name it is the vault beside the tree; trust has judged one inside of it.
    copyFileSync(join(victim, 'secrets.vault'), join(top, 'stolen.vault'));
    symlinkSync('deep/er', join(top, 'tree', 'link'));
    mkdirSync(join(top, 'tree', '.git'));
    notFound(
      hg(join(top, 'tree'), 'run', 'link/scenario.yaml', '--settings', 'link/headgate.yaml', '--trust-settings'),
    );
  });

  it('whose programs lie elsewhere keeps the vault of its settings, or does not start', () => {
    const ran = hg(victim, 'run', '.', '--source-dir', bundled, '--trust-settings');
    expect([ran.status, ran.stderr]).toEqual([
      2,
      expect.stringContaining('--source-dir: `secrets.vault` of vault `v`'),
    ]);
    expect(hg(victim, 'run', '.', '--source-dir', '.', '--trust-settings').status).toBe(0);
  });
});

describe('a plan', () => {
  it('asks for the vault that it opens from --source-dir', () => {
    const cwd = temp.lay({ 'a/scenario.yaml': scenario, 'a/headgate.yaml': settings('../vault/secrets.vault') });
    const out = temp.lay({});
    const compiled = hg(join(cwd, 'a'), 'compile', '.', '--trust-settings', '--emit', `plan=${join(out, 'plan.json')}`);
    expect(compiled.status, compiled.stderr).toBe(0);
    const asked = hg(out, 'run', 'plan.json', '--source-dir', join(cwd, 'a'));
    expect([asked.status, asked.stderr]).toEqual([3, expect.stringContaining(join(cwd, 'vault', 'secrets.vault'))]);
  });
});

describe('commands about secrets', () => {
  const list = (cwd: string) =>
    runCli(['secrets', 'vaults', 'list', '--format', 'json', '--trust-settings'], { cwd, env });

  it('find the settings above, up to the top of the checkout', () => {
    const top = temp.lay({ 'headgate.yaml': settings('./secrets.vault'), 'tree/deep/er/x': '' });
    const below = join(top, 'tree', 'deep', 'er');
    expect([list(below).status, list(top).status]).toEqual([2, 0]);
    mkdirSync(join(top, '.git'));
    expect(list(below).stdout).toContain('"v"');
    mkdirSync(join(top, 'tree', '.git'));
    expect(list(below).status).toBe(2);
  });
});
