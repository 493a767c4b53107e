/** A checkout does not grant itself anything: what widens rights in its settings or its plans counts when the user has said so. */
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CliRun, runCli } from '../support/cli.ts';
import { askingSettings } from '../support/settings-rights.ts';
import { createTempFolder } from '../support/temp-folder.ts';
import { answerInTerminal } from '../support/terminal.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const scenario = 'manifest_version: "0.4.0"\nprogram: { path: /bin/true }\n';
const egress = (...to: readonly string[]): string =>
  JSON.stringify({ components: { '/': { restart: 'never', egress: to } } });

/** A checkout with these settings, and somebody with an empty home. */
function checkout(settings: string, more: Readonly<Record<string, string>> = {}) {
  const folder = temp.lay({ 'scenario.yaml': scenario, 'headgate.yaml': settings, ...more });
  const home = temp.lay({});
  const env = { HOME: home };
  const cli = (...args: readonly string[]): CliRun => runCli(args, { cwd: folder, env });
  const write = (text: string): void => writeFileSync(join(folder, 'headgate.yaml'), text);
  return { folder, home, env, cli, write };
}

const codesOf = ({ stderr }: CliRun): readonly string[] =>
  [...stderr.matchAll(/^(?:error|warning)\[([^\]]+)\]/gm)].map(([, code = '']) => code);
const isUntrusted = (ran: CliRun): boolean => codesOf(ran).includes('settings/untrusted');
const unwrapped = (text: string): string => text.replace(/\n {2,}/g, ' ');

describe('settings that ask for', () => {
  it.each(Object.entries(askingSettings))('%s are refused by name until they are trusted', (_, { settings, says }) => {
    const { cli } = checkout(settings);
    const compiled = cli('compile', 'scenario.yaml', '--emit', 'plan=plan.json');
    expect([compiled.status, isUntrusted(compiled)], compiled.stderr).toEqual([1, true]);
    const ran = cli('run', 'scenario.yaml', '--state-dir', 'state');
    expect([ran.status, ran.stderr]).toEqual([
      3,
      expect.stringContaining('blocked[settings_untrusted]: headgate.yaml: '),
    ]);
    expect(ran.stderr).toContain(says);
    expect(isUntrusted(cli('check')), 'checking asks for nothing').toBe(false);
    expect(isUntrusted(cli('compile', 'scenario.yaml', '--trust-settings', '--emit', 'plan=p.json'))).toBe(false);
    const shown = cli('trust');
    expect([shown.status, shown.stdout]).toEqual([2, expect.stringContaining(says)]);
    expect(isUntrusted(cli('compile', 'scenario.yaml', '--emit', 'plan=p.json')), 'showing is not trusting').toBe(true);
    const trusted = cli('trust', '--yes');
    expect([trusted.status, trusted.stdout], trusted.stderr).toEqual([0, shown.stdout]);
    expect(isUntrusted(cli('compile', 'scenario.yaml', '--emit', 'plan=p.json'))).toBe(false);
  });

  it('nothing are asked about nowhere', () => {
    const { cli, home } = checkout('components: { /: { restart: never, limits: { memoryMiB: 64 } } }\n');
    expect(cli('compile', 'scenario.yaml', '--emit', 'plan=plan.json').status).toBe(0);
    expect(cli('trust').stderr).toBe('`headgate.yaml` asks for nothing that has to be trusted\n');
    expect(() => readFileSync(join(home, '.config'))).toThrow(/ENOENT/);
  });

  it('nothing because they cannot be read are not trusted', () => {
    const { cli } = checkout('componets: {}\n');
    expect(cli('trust', '--yes')).toMatchObject({ status: 1, stderr: expect.stringContaining('unknown-field') });
  });
});

describe('what was trusted', () => {
  it('is the list: other edits do not ask again, another list does', () => {
    const { cli, write } = checkout(egress('a.example:443', 'b.example:443'));
    const compiled = (): number | null => cli('compile', 'scenario.yaml', '--emit', 'plan=-').status;
    cli('trust', '--yes');
    expect(compiled()).toBe(0);
    write(`# other\n${egress('b.example:443', 'a.example:443').replace('never', 'always')}`);
    expect(compiled()).toBe(0);
    for (const other of [['a.example:443', 'b.example:443', 'c.example:443'], ['a.example:443'], ['*:443']]) {
      write(egress(...other));
      expect(compiled(), other.join()).toBe(1);
    }
  });

  it('counts at its place: a copy elsewhere is another checkout, and so is a link to it', () => {
    const { cli, folder, env } = checkout(egress('a.example:443'));
    cli('trust', '--yes');
    const copy = temp.lay({ 'scenario.yaml': scenario, 'headgate.yaml': egress('a.example:443') });
    expect(isUntrusted(runCli(['compile', 'scenario.yaml'], { cwd: copy, env }))).toBe(true);
    const linked = temp.lay({ 'scenario.yaml': scenario });
    symlinkSync(join(folder, 'headgate.yaml'), join(linked, 'headgate.yaml'));
    const outside = runCli(['compile', 'scenario.yaml'], { cwd: linked, env });
    expect([outside.status, outside.stderr]).toEqual([1, expect.stringContaining('error[settings/not-loaded]')]);
  });

  it('is found from any folder, by any name of it', () => {
    const { folder, env } = checkout(egress('a.example:443'));
    const above = { cwd: temp.path, env };
    const shown = runCli(['compile', folder], above).stderr;
    const [, remedy = ''] = /headgate (trust [^`]*)`/.exec(unwrapped(shown)) ?? [];
    expect(runCli([...remedy.split(' '), '--yes'], above).status, remedy).toBe(0);
    expect(runCli(['compile', 'scenario.yaml', '--settings', 'headgate.yaml'], { cwd: folder, env }).status).toBe(0);
    expect(runCli(['trust', folder], above).stderr).toContain('this is trusted already');
  });

  it('holds for settings of another name, which are named', () => {
    const { cli } = checkout('{}', { 'ci.yaml': egress('a.example:443') });
    const compile = ['compile', 'scenario.yaml', '--settings', 'ci.yaml'];
    expect(cli(...compile).stderr).toContain('`headgate trust ci.yaml`');
    expect(cli('trust', 'ci.yaml', '--yes').status).toBe(0);
    expect(cli(...compile).status).toBe(0);
  });
});

describe('policies', () => {
  const granted = {
    'scenario.yaml': `manifest_version: "0.4.0"
config_schema: { type: object, properties: { token: { type: string, secret: true } }, required: [token] }
use: { p: { manifest: ./p.yaml, config: { key: "\${config.token}" } } }
policies: ["#p.apply"]
`,
    'p.yaml': `manifest_version: "0.4.0"
config_schema: { type: object, properties: { key: { type: string } }, required: [key] }
program: { path: /bin/sh, args: ["-c", "echo \${config.key} > /tmp/x; touch started"], network: { endpoints: [{ name: api, port: 18999 }] } }
provides: { apply: { kind: http, profile: policy, endpoint: api } }
exports: { apply: provides.apply }
`,
  };
  const grants = 'policies: { p: { grants: { secrets: [token] } } }\n';

  it.each([
    ['compile', 'scenario.yaml', '--no-sandbox'],
    ['check', '--apply-policies', '--no-sandbox'],
    ['explain', 'scenario.yaml', '/', '--no-sandbox'],
    ['compile', 'scenario.yaml', '--frozen'],
  ])('are not started, and are given nothing: %s %s %s', (...args) => {
    const folder = temp.lay({ ...granted, 'headgate.yaml': grants });
    const env = { HOME: temp.lay({}), HEADGATE_CONFIG_TOKEN: 'canary-51f0' };
    const ran = runCli(args, { cwd: folder, env });
    expect([ran.status, isUntrusted(ran)], ran.stderr).toEqual([1, true]);
    expect(codesOf(ran).filter((code) => code.startsWith('govern/'))).toEqual([]);
    expect(() => readFileSync(join(folder, 'started'))).toThrow(/ENOENT/);
  });
});

describe('a plan', () => {
  const planned = (settings = egress('127.0.0.1:18992')) => {
    const made = checkout(settings);
    expect(made.cli('compile', 'scenario.yaml', '--emit', 'plan=plan.json', '--trust-settings').status).toBe(0);
    const run = (...more: readonly string[]): CliRun =>
      made.cli('run', 'plan.json', '--state-dir', '/proc/nowhere', ...more);
    return { ...made, run };
  };
  const isBlocked = ({ stderr }: CliRun): boolean => stderr.includes('settings_untrusted');

  it('that came with the checkout grants itself nothing either', () => {
    const { run, cli } = planned();
    const end = run();
    expect([end.status, end.stderr]).toEqual([
      3,
      expect.stringContaining('blocked[settings_untrusted]: plan.json: component `/` may reach'),
    ]);
    expect(isBlocked(run('--trust-settings'))).toBe(false);
    expect(isBlocked(run()), 'for once is not for ever').toBe(true);
    expect(cli('trust', 'plan.json', '--yes').status).toBe(0);
    expect(isBlocked(run())).toBe(false);
  });

  it('that asks for nothing is not asked about', () => {
    expect(isBlocked(planned('components: { /: { restart: never } }\n').run())).toBe(false);
  });

  it('of trusted settings is trusted as it was written, and another one in its place is not', () => {
    const { run, cli, write } = planned();
    cli('trust', '--yes');
    expect(cli('compile', 'scenario.yaml', '--emit', 'plan=plan.json').status).toBe(0);
    expect(isBlocked(run())).toBe(false);
    write(egress('127.0.0.1:18993'));
    cli('compile', 'scenario.yaml', '--emit', 'plan=plan.json', '--trust-settings');
    expect(isBlocked(run())).toBe(true);
  });

  it('runs by its signature, and by no other', () => {
    const { run, cli, folder } = planned();
    cli('attest', 'keygen', '--out', 'k');
    cli('attest', 'plan.json', '--key', 'k', '--out', 'a.json');
    const signed = ['--attestation', 'a.json', '--key', 'k.pub'];
    expect(isBlocked(run(...signed))).toBe(false);
    writeFileSync(join(folder, 'a.json'), '{}');
    expect(run(...signed)).toMatchObject({ status: 3, stderr: expect.stringContaining('attestation_invalid') });
  });
});

describe('at a terminal', () => {
  const asked = (answers: string, to = ['a.example:443', '127.0.0.1:5432']) => {
    const { folder, env, cli } = checkout(egress(...to));
    const said = answerInTerminal(['trust'], answers, { cwd: folder, env });
    return { said, trusted: cli('compile', 'scenario.yaml', '--emit', 'plan=-').status === 0 };
  };

  it.each([
    ['y\ny\n', true, 0],
    ['y\nn\n', false, 1],
    ['n\ny\n', false, 1],
    ['\n\n', false, 1],
    ['sure\nyes\n', false, 1],
  ])('%j: this machine takes a yes of its own, and so does the rest', (answers, trusted, status) => {
    const { said, trusted: found } = asked(answers);
    expect([found, said.status], said.stdout).toEqual([trusted, status]);
    expect(said.stdout).toContain(
      'component `/` may reach `127.0.0.1:5432`, which is this machine or a private network? [y/N]',
    );
  });

  it('a list without this machine is one question', () => {
    expect(asked('yes\n', ['a.example:443', 'b.example:443']).trusted).toBe(true);
  });

  it('refuses names that would move something, and shows them so that they do not', () => {
    const { cli } = checkout('components: { "/\\e[2Kx": { control: true } }\n');
    const shown = cli('trust');
    expect(shown.stderr).toContain('settings/invalid-value');
    expect(shown.stdout + shown.stderr).not.toContain('\u001b');
  });
});
