/** What a run would be refused for is known before there is one. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { delegatedFiles, delegationText, entries } from '../support/run/delegated.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(() => temp.remove());
let count = 0;

function lay(files: Readonly<Record<string, string>>): string {
  const folder = join(temp.path, String(count++));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
const home = join(temp.path, 'home');
const headgate = (cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runCli(args, { cwd, env: { HOME: home, XDG_STATE_HOME: `${cwd}-state`, ...env } });
const check = (cwd: string, args: readonly string[] = [], env = {}) =>
  headgate(cwd, ['authority', 'check', 'scenario.json', '--trust-settings', ...args], env);
const without = (id: string): string => delegationText(entries.filter((one) => one.id !== id));

describe('authority check', () => {
  it('says on what every right of a run would stand, and begins none', () => {
    const cwd = lay(delegatedFiles());
    const { status, stdout, stderr } = check(cwd);
    expect([status, stderr]).toEqual([0, '']);
    for (const { id } of entries) expect(stdout).toMatch(new RegExp(`^${id} +active`, 'm'));
    expect(stdout).toMatch(/^\/work +modelProviderUse +\/work\.up +work-model$/m);
    expect(existsSync(`${cwd}-state`)).toBe(false);
  });

  it.each(entries.map((one) => [one.id, one] as const))('without %s says what a run says, and no more', (id, one) => {
    const cwd = lay({ ...delegatedFiles(), 'operator.json': without(id) });
    const asked = check(cwd);
    expect(asked.status).toBe(3);
    expect(asked.stderr.match(/^blocked\[\w+\]/gm)).toEqual(['blocked[authority_missing]']);
    expect(asked.stderr).toContain(`${one.subject}: ${one.gates[0]}: no delegation gives \`${one.resources[0]}\``);
    expect(asked.stderr).toContain(`resources: ["${one.resources[0]}"]`);
    expect(asked.stdout).toMatch(/ nothing$/m);
  });

  it('judges by another file, and a plan', () => {
    const cwd = lay({ ...delegatedFiles(), 'less.json': without('work-edge'), 'bad.json': '{"delegations": [{}]}' });
    expect(check(cwd, ['--delegation', 'less.json'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('to less.json'),
    });
    const bad = check(cwd, ['--delegation', 'bad.json']);
    expect([bad.status, bad.stdout]).toEqual([1, '']);
    expect(bad.stderr).toContain('bad.json:1:');
    expect(check(cwd, ['--delegation', 'none.json'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--delegation: `none.json` cannot be read'),
    });
    headgate(cwd, ['compile', 'scenario.json', '--trust-settings', '--emit', 'plan=plan.json']);
    const ofPlan = (): unknown => headgate(cwd, ['authority', 'check', 'plan.json']).status;
    expect(ofPlan()).toBe(0);
    expect(headgate(cwd, ['authority', 'check', 'plan.json', '--source-dir', 'nowhere'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--source-dir `nowhere`: there is no such folder; name the folder'),
    });
    // The file as it is now can take away.
    writeFileSync(join(cwd, 'operator.json'), without('work-edge'));
    expect(ofPlan()).toBe(3);
  });

  it('says what would have to be given where there are no delegations yet', () => {
    const none = delegationText([{ id: 'none', subject: '/nobody', gates: ['toolGrant'], resources: ['nothing'] }]);
    const { 'headgate.yaml': settings = '', ...files } = delegatedFiles();
    const { grants: _, ...rest } = JSON.parse(settings) as { grants: object };
    const cwd = lay({ ...files, 'headgate.yaml': JSON.stringify(rest), 'none.json': none });
    const alone = check(cwd);
    expect([alone.status, alone.stderr]).toEqual([0, '']);
    expect(alone.stdout).toContain('a run of it stands on its plan alone');
    const asked = check(cwd, ['--delegation', 'none.json', '--format', 'json']);
    expect([asked.status, asked.stderr]).toEqual([3, '']);
    const told = JSON.parse(asked.stdout) as { missing: readonly { remedy: string }[]; rights: readonly object[] };
    expect(told.missing).toHaveLength(entries.length);
    expect(told.rights).toHaveLength(entries.length);
    // What it tells to write gives all of it.
    const lines = told.missing.map(({ remedy }) => /add `(- .*)` to/.exec(remedy)?.[1] ?? '');
    const ids = lines.map((line, at) => line.replace(/id: [^,]+/, `id: e${at}`));
    writeFileSync(join(cwd, 'all.yaml'), `delegations:\n${ids.map((line) => `  ${line}\n`).join('')}`);
    expect(check(cwd, ['--delegation', 'all.yaml']).status).toBe(0);
  });

  it('counts the secrets that it would be given, also behind a slot, and says where nobody can know them', () => {
    const program = { path: '/bin/sh', args: ['-c', 'true'], env: { T: '${config.token}', U: '${slots.api.url}' } };
    const text = { type: 'string' };
    const cwd = lay({
      'scenario.json': JSON.stringify({
        manifest_version: '0.4.0',
        config_schema: { type: 'object', properties: { token: { ...text, secret: true } }, required: ['token'] },
        slots: { api: { kind: 'http' } },
        program,
      }),
      'headgate.yaml': JSON.stringify({
        grants: { delegation: './operator.json' },
        vaults: { local: { provider: 'local_encrypted', file: './s.vault', key: { file: '~/.k' } } },
      }),
      'operator.json': delegationText([
        { id: 'run', subject: '/', gates: ['toolGrant', 'networkProfile'], resources: ['*'] },
      ]),
    });
    const unknown = check(cwd);
    expect([unknown.status, unknown.stderr]).toEqual([
      0,
      'note: which secrets it would be given is not known: config.token: it is required, has no default, and is not given\n',
    ]);
    const given = { HEADGATE_CONFIG_TOKEN: 'secret://local/token@2' };
    const asked = check(cwd, ['--slot', 'api=secret://local/url'], given);
    expect(asked.status).toBe(3);
    expect(asked.stderr).toContain('/: artifactAccess: no delegation gives `secret://local/token`');
    expect(asked.stderr).toContain('/: artifactAccess: no delegation gives `secret://local/url`');
    expect(check(cwd, ['--slot', 'nobody=http://a'], given).stderr).toContain('slots.nobody');
  });
});
