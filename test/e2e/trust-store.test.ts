/** Where trust is kept: what anybody else could have written there counts for nothing, and is named. */
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createInterrupt } from '../../src/app/interrupt.ts';
import { createProject } from '../../src/cli/init/create.ts';
import { plain } from '../../src/diagnostics/render/palette.ts';
import { type CliRun, runCli, startCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const settings = (to: string): string => JSON.stringify({ components: { '/': { restart: 'never', egress: [to] } } });
const scenario = 'manifest_version: "0.4.0"\nprogram: { path: /bin/true }\n';

/** Settings that were trusted, with what is kept of that. */
function trusted() {
  const folder = temp.lay({ 'scenario.yaml': scenario, 'headgate.yaml': settings('a.example:443') });
  const home = temp.lay({});
  const cli = (...args: readonly string[]): CliRun => runCli(args, { cwd: folder, env: { HOME: home } });
  expect(cli('trust', '--yes').status).toBe(0);
  const above = join(home, '.config', 'headgate');
  const kept = join(above, 'trust');
  const file = join(kept, readdirSync(kept)[0] as string);
  const compile = (): CliRun => cli('compile', 'scenario.yaml', '--emit', 'plan=-');
  expect(compile().status).toBe(0);
  return { folder, home, cli, above, kept, file, compile };
}
type Trusted = ReturnType<typeof trusted>;

const aside = (path: string): string => {
  renameSync(path, `${path}.aside`);
  return `${path}.aside`;
};

/** What somebody else did to it, and how it is told; whether the same command mends it. */
const attacks: Readonly<Record<string, readonly [(at: Trusted) => void, string, boolean]>> = {
  'a link in the place of the file': [({ file }) => symlinkSync(aside(file), file), 'is a link', true],
  'a link in the place of the folder': [({ kept }) => symlinkSync(aside(kept), kept), 'is a link', false],
  'a link in the place of the folder above': [({ above }) => symlinkSync(aside(above), above), 'is a link', false],
  'a file that others can read or write': [({ file }) => chmodSync(file, 0o644), 'is open to others', true],
  'a folder that others can write to': [({ kept }) => chmodSync(kept, 0o770), 'it is open to others', false],
  'a folder above that others can write to': [({ above }) => chmodSync(above, 0o777), 'others may write to it', false],
  'a second name of the file': [({ file, home }) => linkSync(file, join(home, 'other')), 'more than one name', true],
  'a file of something else': [({ file }) => writeFileSync(file, '[]'), 'is not a record of trust', true],
  'half a file': [
    ({ file }) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40)),
    'is not a record of trust',
    true,
  ],
  'a file that is far too large': [
    ({ file }) => writeFileSync(file, ' '.repeat(1 << 20)),
    'not a record of trust',
    true,
  ],
  'the record of another checkout': [
    ({ file }) => writeFileSync(file, readFileSync(file, 'utf8').replace('"path":"', '"path":"/other')),
    'is not a record of trust',
    true,
  ],
};

describe('of what was trusted', () => {
  it('is kept in a file for the user alone: the place, and a digest', () => {
    const { folder, file, kept, above } = trusted();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      version: 1,
      path: join(folder, 'headgate.yaml'),
      digest: expect.stringMatching(/^sha256:/),
    });
    expect([above, kept, file].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700, 0o600]);
    expect(readdirSync(kept)).toHaveLength(1);
  });

  it.each(Object.entries(attacks))('%s is no trust', (_, [attack, says, mends]) => {
    const made = trusted();
    attack(made);
    const end = made.compile();
    expect([end.status, end.stderr.replace(/\s+/g, ' ')]).toEqual([
      1,
      expect.stringContaining('what you have trusted before does not count'),
    ]);
    expect(end.stderr.replace(/\s+/g, ' ')).toContain(says);
    const again = made.cli('trust', '--yes');
    expect(again.status, again.stderr).toBe(mends ? 0 : 1);
    expect(made.compile().status).toBe(mends ? 0 : 1);
  });

  it.skipIf(process.getuid?.() !== 0).each(['file', 'kept', 'above'] as const)(
    'the %s of another user is no trust',
    (which) => {
      const made = trusted();
      chownSync(made[which], 51_234, 51_234);
      const end = made.compile();
      expect([end.status, end.stderr.replace(/\s+/g, ' ')]).toEqual([
        1,
        expect.stringContaining('belongs to another user'),
      ]);
    },
  );

  it('another digest is another list', () => {
    const { file, compile } = trusted();
    writeFileSync(file, readFileSync(file, 'utf8').replace(/sha256:../, 'sha256:xx'));
    expect(compile().stderr).toContain('settings/untrusted');
  });
});

describe('the place', () => {
  const laid = () => temp.lay({ 'scenario.yaml': scenario, 'headgate.yaml': settings('a.example:443') });

  it('is below XDG_CONFIG_HOME where that is absolute, and never in a checkout by a relative one', () => {
    const folder = laid();
    const [home, config] = [temp.lay({}), temp.lay({})];
    const trust = (env: Readonly<Record<string, string>>): CliRun => runCli(['trust', '--yes'], { cwd: folder, env });
    expect(trust({ HOME: home, XDG_CONFIG_HOME: config }).stderr).toContain(join(config, 'headgate', 'trust'));
    expect(trust({ HOME: home, XDG_CONFIG_HOME: 'config' }).stderr).toContain(
      join(home, '.config', 'headgate', 'trust'),
    );
    const relative = runCli(['compile', 'scenario.yaml'], { cwd: folder, env: { HOME: '.', XDG_CONFIG_HOME: '.' } });
    expect(relative.stderr).toContain('settings/untrusted');
    expect(readdirSync(folder).sort()).toEqual(['headgate.yaml', 'scenario.yaml']);
  });

  it('that cannot be written keeps nothing, says so, and leaves --trust-settings', () => {
    const folder = laid();
    const env = { HOME: '/proc/self' };
    const end = runCli(['trust', '--yes'], { cwd: folder, env });
    expect([end.status, end.stderr]).toEqual([1, expect.stringContaining('error: this cannot be remembered: ')]);
    expect(runCli(['compile', 'scenario.yaml'], { cwd: folder, env }).status).toBe(1);
    expect(runCli(['compile', 'scenario.yaml', '--trust-settings'], { cwd: folder, env }).status).toBe(0);
  });

  it('serves several processes at once: none loses what another has kept', async () => {
    const home = temp.lay({});
    const env = { HOME: home };
    const one = laid();
    const folders = [one, one, laid(), laid(), laid()];
    const ends = await Promise.all(folders.map((cwd) => startCli(['trust', '--yes'], { cwd, env }).ended));
    expect(ends.map(({ status, stderr }) => [status, stderr])).toEqual(
      folders.map(() => [0, expect.stringContaining('trusted')]),
    );
    for (const cwd of folders) expect(runCli(['compile', 'scenario.yaml'], { cwd, env }).status).toBe(0);
    expect(readdirSync(join(home, '.config', 'headgate', 'trust'))).toHaveLength(4);
  });
});

describe('what init writes', () => {
  const create = async (folder: string, home: string, files: Readonly<Record<string, string>>): Promise<number> =>
    createProject(
      {
        out: async () => {},
        err: async () => {},
        env: { HOME: home },
        cwd: folder,
        palette: plain,
        width: 80,
        status: undefined,
        screen: undefined,
        interrupt: createInterrupt(),
        now: () => 0,
      },
      'new',
      undefined,
      { fill: () => Object.entries(files).map(([path, text]) => ({ path, text })), next: () => '' },
    );

  it('is trusted as it was written, and not as it was changed since', async () => {
    const [folder, home] = [temp.lay({}), temp.lay({})];
    expect(await create(folder, home, { 'scenario.yaml': scenario, 'headgate.yaml': settings('a.example:443') })).toBe(
      0,
    );
    const compile = (): CliRun => runCli(['compile', '.'], { cwd: join(folder, 'new'), env: { HOME: home } });
    expect(compile().status).toBe(0);
    writeFileSync(join(folder, 'new', 'headgate.yaml'), settings('b.example:443'));
    expect(compile().stderr).toContain('settings/untrusted');
  });

  it('is all that is trusted: settings that were there already are not', async () => {
    const [folder, home] = [temp.lay({}), temp.lay({})];
    mkdirSync(join(folder, 'new'));
    writeFileSync(join(folder, 'new', 'headgate.yaml'), settings('a.example:443'));
    expect(await create(folder, home, { 'scenario.yaml': scenario })).toBe(0);
    const ran = runCli(['compile', '.'], { cwd: join(folder, 'new'), env: { HOME: home } });
    expect(ran.stderr).toContain('settings/untrusted');
  });
});
