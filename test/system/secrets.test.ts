/** Commands about secrets with a vault in a file: what they write and print, and eight of them at once. */
import { spawn, spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { headgate } from '../support/run/cli-run.ts';
import { runFolders } from '../support/run/journal.ts';
import {
  listedAt,
  type SecretsHome,
  secretsCommand,
  secretsHome,
  secretsStarted,
  valuesAt,
} from '../support/secrets/secrets-cli.ts';
import { textBelow } from '../support/secrets/secrets-fixture.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const isRoot = process.getuid?.() === 0;
const fresh = (): SecretsHome => secretsHome(temp.lay({}));
const canary = (n: number): string => `canary-${n}-${(n * 104_729).toString(36)}q`;

describe('headgate secrets', () => {
  it('keeps exactly what stands on standard input, and no command prints it or writes it down', {
    timeout: 120_000,
  }, async () => {
    const home = fresh();
    const values = [`${canary(1)}\n`, `  ${canary(2)}\r`, `${canary(3)} ü`];
    const [first, second, third] = values as [string, string, string];
    let said = '';
    const done = (args: readonly string[], input = '', status = 0): string => {
      const end = secretsCommand(args, home, { input });
      expect(end.status, end.stderr).toBe(status);
      said += end.stdout + end.stderr;
      return end.stdout;
    };
    const made = secretsCommand(['set', 'local/db'], home, { input: `${first}\n` });
    expect(made).toMatchObject({ status: 0, stdout: 'created local/db: version 1 is the current one\n' });
    expect(made.stderr).toContain('secrets.vault');
    expect(made.stderr).toContain('local.key');
    expect((await valuesAt(home, 'db')).current).toBe(first);
    done(['set', 'db'], `${second}\n`);
    expect((await valuesAt(home, 'db')).current).toBe(second);
    done(['rotate', 'db'], third);
    done(['rotate', 'db', '--generate', '40', '--format', 'json']);
    const { current, all } = await valuesAt(home, 'db');
    expect(all).toEqual([first, second, third, current]);
    expect(current).toMatch(/^[\w-]{40}$/);
    expect(listedAt(home)).toMatchObject([{ key: 'db', versions: [{}, {}, {}, { number: 4, status: 'current' }] }]);
    done(['update', 'db', '--description', 'of the database', '--status', 'disabled']);
    done(['rotate', 'db'], canary(4), 3);
    done(['update', 'db', '--status', 'deleted'], '', 2);
    done(['set', 'db'], '', 2);
    done(['set', 'db'], '[secret]\n', 2);
    done(['set', 'local/a b'], canary(5), 2);
    done(['set', 'nowhere/db'], canary(6), 3);
    done(['health', '--format', 'json']);
    done(['usage']);
    done(['vaults', 'list', '--format', 'json']);
    done(['audit', '--format', 'json']);
    done(['delete', 'local/db']);
    done(['delete', 'local/db']);
    done(['delete', 'local/never'], '', 3);
    const written = textBelow(home.stateDir);
    for (const value of [...all, canary(4), canary(5), canary(6)]) {
      expect(said.includes(value.trim())).toBe(false);
      expect(written.includes(value.trim())).toBe(false);
      expect(readFileSync(join(home.folder, 'secrets.vault'), 'latin1').includes(value.trim())).toBe(false);
    }
    for (const one of readdirSync(join(home.stateDir, 'secrets'), { recursive: true, withFileTypes: true })) {
      const { mode } = lstatSync(join(one.parentPath, one.name));
      expect(`${one.name} ${(mode & 0o077).toString(8)}`).toBe(`${one.name} 0`);
    }
  });

  it('gives one key one current version, whoever writes it at the same time', { timeout: 120_000 }, async () => {
    const home = fresh();
    expect(secretsCommand(['set', 'shared'], home, { input: canary(10) }).status).toBe(0);
    const work = Array.from({ length: 8 }, (_, n) => ({
      key: n % 2 === 0 ? 'shared' : `own${n}`,
      value: canary(20 + n),
    }));
    const ends = await Promise.all(work.map(({ key, value }) => secretsStarted(['set', `local/${key}`], home, value)));
    for (const { status, stderr } of ends) expect(status, stderr).toBe(0);
    const { current, all } = await valuesAt(home, 'shared');
    const shared = work.filter(({ key }) => key === 'shared').map(({ value }) => value);
    expect([...all].sort()).toEqual([canary(10), ...shared].sort());
    expect(shared).toContain(current);
    const listed = listedAt(home);
    expect(listed).toHaveLength(5);
    for (const { versions, unfinished, cleanUp } of listed) {
      expect(versions.filter(({ status }) => status === 'current')).toHaveLength(1);
      expect(unfinished ?? cleanUp).toBeNull();
    }
    const { stdout, status } = secretsCommand(['audit', '--format', 'json'], home);
    expect(status).toBe(0);
    const { events } = JSON.parse(stdout) as { readonly events: readonly { readonly action: string }[] };
    expect(events.map(({ action }) => action).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'create'),
      ...Array.from({ length: 4 }, () => 'rotate'),
    ]);
  });

  it('refuses an audit that was changed, by its line, and everything else goes on', { timeout: 120_000 }, () => {
    const home = fresh();
    for (const n of [1, 2]) secretsCommand(['set', 'k'], home, { input: canary(n) });
    const path = join(home.stateDir, 'secrets', 'audit.ndjson');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"create"', '"delete"'));
    const audit = secretsCommand(['audit'], home);
    expect(audit).toMatchObject({ status: 3, stderr: expect.stringContaining(`line 1 of ${path}`) });
    expect(audit.stderr).toContain('conflict/audit_broken');
    expect(secretsCommand(['set', 'k'], home, { input: canary(3) })).toMatchObject({ status: 0, stderr: '' });
  });

  it('shows who is given a secret by a run that is kept, and by the scenario', { timeout: 120_000 }, () => {
    const home = fresh();
    const manifest = {
      manifest_version: '0.4.0',
      config_schema: { type: 'object', properties: { token: { type: 'string', secret: true } } },
    };
    const scenario = {
      manifest_version: '0.4.0',
      components: { a: { manifest: './a.json', config: { token: 'secret://local/db' } } },
    };
    writeFileSync(join(home.folder, 'a.json'), JSON.stringify({ ...manifest, program: { path: '/bin/true' } }));
    writeFileSync(join(home.folder, 'scenario.json'), JSON.stringify(scenario));
    const settings = join(home.folder, 'headgate.yaml');
    writeFileSync(settings, `${readFileSync(settings, 'utf8')}components: { /a: { restart: never } }\n`);
    expect(secretsCommand(['set', 'db'], home, { input: canary(1) }).status).toBe(0);
    const { folder, stateDir } = home;
    const ended = headgate(['run', 'scenario.json', '--trust-settings'], {
      stateDir,
      cwd: folder,
      env: { HOME: join(folder, 'home') },
    });
    expect(ended.status, ended.stderr).toBe(0);
    const { stdout } = secretsCommand(['usage', 'local/db', '--format', 'json'], home);
    const { uses } = JSON.parse(stdout) as { readonly uses: readonly object[] };
    const given = { vault: 'local', key: 'db', consumer: { type: 'component', id: '/a' }, path: 'token' };
    expect(uses).toEqual([
      { ...given, run: null, reference: 'secret://local/db', lastResolved: null },
      {
        ...given,
        run: runFolders(stateDir)[0],
        reference: 'secret://local/db',
        lastResolved: expect.toBeOneOf([null, expect.anything()]),
      },
    ]);
    expect(secretsCommand(['usage', 'local/other'], home)).toMatchObject({ status: 0, stdout: '' });
  });

  it('changes nothing on a disk that is full, and goes on when there is room again', { timeout: 120_000 }, async () => {
    const home = fresh();
    expect(secretsCommand(['set', 'k'], home, { input: canary(1) }).status).toBe(0);
    // The records lie on a disk of their own, of which every byte is taken while the first rotation is tried.
    const script = `set -e
      cp -a ${home.stateDir} ${home.stateDir}.kept
      mount -t tmpfs -o size=128k,mode=0700 none ${home.stateDir}
      cp -a ${home.stateDir}.kept/. ${home.stateDir}/
      head -c 1m /dev/zero > ${home.stateDir}/filler 2>/dev/null || true
      code=0
      printf %s '${canary(2)}' | "$@" rotate local/k || code=$?
      rm ${home.stateDir}/filler
      printf %s '${canary(3)}' | "$@" rotate local/k
      "$@" health
      echo $code`;
    const command = [process.execPath, cliPath, 'secrets'];
    const flags = ['--trust-settings', '--state-dir', home.stateDir];
    const wrapper = join(home.folder, 'secrets.sh');
    writeFileSync(wrapper, `#!/bin/sh\nexec ${command.join(' ')} "$@" ${flags.join(' ')}\n`, { mode: 0o755 });
    const { stdout, stderr, status } = spawnSync(
      'unshare',
      [isRoot ? '-m' : '-rm', 'sh', '-c', script, 'sh', wrapper],
      {
        cwd: home.folder,
        env: { PATH: process.env['PATH'] ?? '', HOME: join(home.folder, 'home') },
        encoding: 'utf8',
      },
    );
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('provider_unavailable/record_unwritable');
    expect(stderr).toContain('no space is left on the device');
    expect(stderr).not.toMatch(/ at .*\.[cm]?[jt]s:\d+|canary/);
    expect(stdout).toMatch(/rotated local\/k: version \d is the current one.*ready.*\n3\n$/s);
    expect(await valuesAt(home, 'k')).toEqual({ current: canary(3), all: [canary(1), canary(3)] });
  });

  it('does not begin to write when it is interrupted before its value is there', { timeout: 60_000 }, async () => {
    const home = fresh();
    const args = ['secrets', 'set', 'local/k', '--trust-settings', '--state-dir', home.stateDir];
    const child = spawn(process.execPath, [cliPath, ...args], {
      cwd: home.folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    // It waits for its input once the settings are read; whenever the signal comes, nothing may be there afterwards.
    child.stdin.write('half of a val');
    await new Promise((done) => setTimeout(done, 300));
    child.kill('SIGINT');
    expect(await ended).not.toBe(0);
    expect(listedAt(home)).toEqual([]);
  });
});
