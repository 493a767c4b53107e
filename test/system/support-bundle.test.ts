/** `headgate support-bundle`: values that occur nowhere else go into a run on every way, and the bundle has none of them, or is not written. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { cliPath, runCli } from '../support/cli.ts';
import { headgate, type RunEnd, type RunOptions, runEnvironment } from '../support/run/cli-run.ts';
import { journalLines } from '../support/run/journal.ts';
import { forgeJournal } from '../support/run/kept-run.ts';
import { python, scenarioOf, task } from '../support/run/scenarios.ts';
import { strace } from '../support/run/sweep.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { folder, lay, options, start } = useRuns();

const canary = (): string => `cn"7/${randomBytes(9).toString('hex')}&+ü`;

interface Manifest {
  readonly kind: string;
  readonly credentialsIncluded: boolean | null;
  readonly tokensIncluded: boolean | null;
  readonly localSecretsIncluded: boolean | null;
  readonly sensitivePromptsIncluded: boolean | null;
  readonly journal: { readonly chain: string; readonly fault: string | null; readonly entries: number };
  readonly searched: { readonly secrets: number; readonly names: readonly string[]; readonly canaries: number };
  readonly unsearched?: readonly { readonly piece: string; readonly reason: string }[];
  readonly files: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly about: string;
    readonly cut: boolean;
  }[];
  readonly missing: readonly { readonly piece: string; readonly reason: string }[];
}

interface Seen {
  readonly files: Readonly<Record<string, string>>;
  readonly hits: readonly (readonly [string, number, string])[];
  readonly manifest: Manifest;
}

let count = 0;
const target = (): string => join(folder, `bundle${count++}.tar.gz`);
const bundle = (given: RunOptions, output: string, ...args: readonly string[]): RunEnd =>
  headgate(['support-bundle', 'last', '--output', output, ...args], given);

/** By Python's own reader of archives, with the digests of the manifest computed again. */
function looked(archive: string, texts: readonly string[] = []): Seen {
  const { status, stdout, stderr } = spawnSync('python3', ['test/support/run/search-bundle.py', archive], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(status, stderr).toBe(0);
  const { files, hits } = JSON.parse(stdout) as Omit<Seen, 'manifest'>;
  const [top = ''] = Object.keys(files)[0]?.split('/') ?? [];
  const byName = Object.fromEntries(Object.entries(files).map(([name, text]) => [name.slice(top.length + 1), text]));
  const manifest = JSON.parse(byName['manifest.json'] ?? '') as Manifest;
  for (const { name, sha256 } of manifest.files)
    expect(
      createHash('sha256')
        .update(byName[name] ?? '')
        .digest('hex'),
      name,
    ).toBe(sha256);
  expect(Object.keys(byName).sort()).toEqual(
    ['README.txt', 'manifest.json', ...manifest.files.map(({ name }) => name)].sort(),
  );
  return { files: byName, hits, manifest };
}

function expectValid(text: string): void {
  const path = join(folder, `manifest${count++}.json`);
  writeFileSync(path, text);
  const { status, stderr } = runCli(['contract', 'validate', path], { cwd: folder });
  expect([status, stderr]).toEqual([0, `${path} is a valid AgentMachineDiagnosticBundle\n`]);
}

const four = ['credentialsIncluded', 'tokensIncluded', 'localSecretsIncluded', 'sensitivePromptsIncluded'] as const;
const constants = (manifest: Manifest): readonly unknown[] => four.map((name) => manifest[name]);

const schema = {
  type: 'object',
  properties: { token: { type: 'string', secret: true }, prompt: { type: 'string' } },
  required: ['token'],
};

/** Says its secret, says a canary of its own, and has another one among its arguments and in its config. */
const talking = (said: string, argument: string, name = 'app'): string =>
  lay(
    scenarioOf(
      {
        [name]: python(`import os, sys; print('token', os.environ['TOKEN']); print(sys.argv[1:], os.environ['SAID'])`, {
          env: { TOKEN: '${config.token}', SAID: said },
          program: {},
          manifest: { config_schema: schema },
        }),
        one: task('one'),
      },
      {
        config_schema: schema,
        components: {
          [name]: { manifest: `./${name}.json`, config: { token: '${config.token}', prompt: argument } },
          one: './one.json',
        },
      },
    ),
  );

/** As a task. */
function ran(scenario: string, given: RunOptions): string {
  const settings = join(scenario, '../headgate.yaml');
  const parsed = JSON.parse(readFileSync(settings, 'utf8')) as { components?: object };
  const root = JSON.parse(readFileSync(scenario, 'utf8')) as { components: object };
  const components = Object.fromEntries(Object.keys(root.components).map((name) => [`/${name}`, { restart: 'never' }]));
  writeFileSync(settings, JSON.stringify({ ...parsed, components }));
  const end = headgate(['run', scenario], given);
  expect(end.status, end.stderr).toBe(0);
  return end.stderr;
}

const withToken = (token: string, more: Readonly<Record<string, string>> = {}): RunOptions =>
  options({ env: { HEADGATE_CONFIG_TOKEN: token, ...more } });

describe('004 redacted diagnostics', () => {
  it('a canary in env, secret config, log line, argv, config and a variable of whoever makes the bundle: it is clean', () => {
    const values = Array.from({ length: 5 }, canary);
    const [token = '', said = '', argument = '', variable = '', plain = ''] = values;
    const given = withToken(token, { MY_API_TOKEN: variable, HEADGATE_PLAIN: plain, GIT_AUTHOR_NAME: plain });
    ran(talking(said, argument), given);
    const archive = target();
    const end = bundle(given, archive, ...values.flatMap((value) => ['--canary', value]));
    expect(end.status, end.stderr).toBe(0);
    expect(statSync(archive).mode & 0o777).toBe(0o600);
    const { hits, manifest, files } = looked(archive, values);
    expect(hits).toEqual([]);
    expect(constants(manifest)).toEqual([false, false, false, false]);
    expect(manifest.searched).toMatchObject({
      canaries: 5,
      names: ['HEADGATE_CONFIG_TOKEN', 'MY_API_TOKEN', 'the root config'],
    });
    expectValid(files['manifest.json'] ?? '');
    // Clean, and not empty.
    const { headgate: version } = JSON.parse(files['versions.json'] ?? '') as { headgate: string };
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(files['journal.ndjson']?.trim().split('\n')).toHaveLength(journalLines(given.stateDir, runOf(given)).length);
    expect(JSON.parse(files['health.json'] ?? '')).toMatchObject({ status: { state: 'COMPLETE' } });
    expect(JSON.parse(files['plan.json'] ?? '')).toMatchObject({
      components: [{ moniker: '/' }, { moniker: '/app' }, { moniker: '/one' }],
    });
    expect(JSON.parse(files['environment.json'] ?? '')).toMatchObject({
      variables: expect.arrayContaining([{ name: 'HEADGATE_CONFIG_TOKEN' }, { name: 'HEADGATE_PLAIN' }]),
    });
  });

  it('a canary in a log, with the logs: the bundle is not written, and it is said where; a known secret is left out there', () => {
    const [token, said] = [canary(), canary()] as const;
    const given = withToken(token);
    ran(talking(said, 'nothing'), given);
    const archive = target();
    const refused = bundle(given, archive, '--logs', '--canary', said);
    expect([refused.status, refused.stdout, existsSync(archive)]).toEqual([3, '', false]);
    expect(refused.stderr).toMatch(/^blocked\[bundle_leaks\]: \S+: logs\/001\.log holds canary 1\n/);
    expect(refused.stderr).not.toContain(said);
    // A secret that was written into a log behind the back of the redactor.
    const log = join(given.stateDir, 'runs', runOf(given), 'logs/app.log');
    const encoded = Buffer.from(`user:${token}`).toString('base64');
    writeFileSync(log, `${readFileSync(log, 'utf8')}2030-01-01T00:00:00.000Z stdout Authorization: Basic ${encoded}\n`);
    expect(bundle(given, archive, '--logs')).toMatchObject({ status: 0 });
    const { hits, manifest, files } = looked(archive, [token, said]);
    expect(hits.every(([, index]) => index === 1)).toBe(true);
    expect(files['logs/001.log']).toContain('token [secret]');
    expect(files['logs/001.log']).toContain('Authorization: Basic [secret]');
    // What programs said may be a prompt, so that this is no bundle that a contract speaks of.
    expect([manifest.kind, ...constants(manifest)]).toEqual(['UnverifiedDiagnosticBundle', false, false, false, null]);
    const path = join(folder, 'unverified.json');
    writeFileSync(path, files['manifest.json'] ?? '');
    expect(runCli(['contract', 'validate', path], { cwd: folder }).status).toBe(1);
  });

  it('a canary in the name of a file: left out where it is a known secret, and else no bundle', () => {
    const name = `sesame${randomBytes(6).toString('hex')}`;
    const given = withToken(canary());
    ran(talking('x', 'y', name), given);
    const archive = target();
    const refused = bundle(given, archive, '--canary', name);
    expect([refused.status, existsSync(archive)]).toEqual([3, false]);
    expect(refused.stderr).toContain('plan.json holds canary 1');
    const known = bundle({ ...given, env: { ...given.env, OPEN_PASSWORD: name } }, archive, '--canary', name);
    expect(known.status, known.stderr).toBe(0);
    const { hits, files } = looked(archive, [name]);
    expect(hits).toEqual([]);
    expect(files['folder.json']).toContain('logs/[secret].log');
  });

  it('a canary in what the journal says of people and programs: it is clean', () => {
    const [token, asked] = [canary(), canary()] as const;
    const given = withToken(token);
    ran(talking('x', 'y'), given);
    const id = runOf(given);
    const lines = (journalLines(given.stateDir, id) as unknown as JsonObject[]).map(
      ({ hash: _, ...line }) => line as JsonObject,
    );
    const like = lines.find((line) => line['action'] === null) as JsonObject;
    const event = (data: JsonObject): JsonObject => ({ ...like, type: 'progress', data });
    const payload = { tasks: [asked, { [asked]: 1 }] };
    forgeJournal(join(given.stateDir, 'runs', id, 'journal.ndjson'), id, [
      ...lines.slice(0, -1),
      event({ event: 'interaction-asked', id: '1', component: '/app', kind: 'suggest_tasks', message: asked, payload }),
      event({ event: 'interaction-answered', id: '1', answer: 'rejected', reason: asked }),
      lines.at(-1) as JsonObject,
    ]);
    // Its statement knows another journal.
    expect(bundle(given, target())).toMatchObject({ status: 3, stderr: expect.stringContaining('bundle_unverified') });
    rmSync(join(given.stateDir, 'runs', id, 'verdict.dsse.json'));
    const archive = target();
    const end = bundle(given, archive, '--canary', asked);
    expect(end.status, end.stderr).toBe(0);
    const { hits, manifest, files } = looked(archive, [asked, token]);
    expect(hits).toEqual([]);
    expect(manifest.journal).toMatchObject({ chain: 'whole', entries: lines.length + 2 });
    expect(files['journal.ndjson']).toContain('interaction-asked');
  });

  it('a secret in a vault is found there and searched for; one that cannot be had is said, and makes no bundle', () => {
    const home = join(folder, `home${count++}`);
    mkdirSync(home, { mode: 0o700 });
    const [first, value] = [canary(), canary()] as const;
    const scenario = talking('x', 'y');
    const settings = join(scenario, '../headgate.yaml');
    const vault = {
      provider: 'local_encrypted',
      default: true,
      file: join(home, 's.vault'),
      key: { file: join(home, 's.key') },
    };
    writeFileSync(settings, JSON.stringify({ version: 1, vaults: { local: vault } }));
    const given = options({
      env: { HOME: home, HEADGATE_CONFIG_TOKEN: 'secret://local/app/token' },
      cwd: join(scenario, '..'),
      args: ['--trust-settings'],
    });
    const secrets = (command: string, input: string): void => {
      const args = [cliPath, 'secrets', command, 'local/app/token', '--state-dir', given.stateDir, '--trust-settings'];
      const { status, stderr } = spawnSync(process.execPath, args, {
        cwd: given.cwd,
        env: runEnvironment(given.env),
        input,
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
    };
    secrets('set', first);
    ran(scenario, given);
    secrets('rotate', value);
    const plain: RunOptions = { stateDir: given.stateDir, env: { HOME: home } };
    const id = runOf(given);
    // Both of its values, behind the back of the redactor.
    const log = join(given.stateDir, 'runs', id, 'logs/app.log');
    writeFileSync(log, `2030-01-01T00:00:00.000Z stdout ${first} ${JSON.stringify(value)}\n`);
    const archive = target();
    const made = bundle(plain, archive, '--logs');
    expect(made.status, made.stderr).toBe(0);
    const { hits, manifest, files } = looked(archive, [first, value]);
    expect(hits).toEqual([]);
    expect(files['logs/001.log']).toContain('[secret] "[secret]"');
    expect(manifest.searched.names).toContain('secret://local/app/token');
    // Locked: the key is gone.
    rmSync(vault.key.file);
    const locked = target();
    const refused = bundle(plain, locked);
    expect([refused.status, existsSync(locked)]).toEqual([3, false]);
    expect(refused.stderr).toMatch(/^blocked\[bundle_unverified\]: \S+: secret:\/\/local\/app\/token: /);
    expect(bundle(plain, locked, '--unverified')).toMatchObject({ status: 0 });
    const unverified = looked(locked, [first, value]);
    expect(unverified.hits).toEqual([]);
    expect([unverified.manifest.kind, ...constants(unverified.manifest)]).toEqual([
      'UnverifiedDiagnosticBundle',
      null,
      null,
      null,
      false,
    ]);
    expect(unverified.manifest.unsearched).toMatchObject([{ piece: 'secret://local/app/token' }]);
  });

  it('secret config that is not given here is said, and makes no bundle; a file of config will do as well', () => {
    const token = canary();
    const given = withToken(token);
    ran(talking('x', 'y'), given);
    const without = { ...given, env: {} };
    const archive = target();
    const refused = bundle(without, archive);
    expect([refused.status, existsSync(archive)]).toEqual([3, false]);
    expect(refused.stderr).toContain('token: it is not given here: set HEADGATE_CONFIG_TOKEN');
    const config = join(folder, 'config.json');
    writeFileSync(config, JSON.stringify({ token }));
    const made = bundle(without, archive, '--config', config);
    expect(made.status, made.stderr).toBe(0);
    expect(looked(archive, [token]).hits).toEqual([]);
    // Too short to be told from other text.
    const short = withToken('abc');
    ran(talking('x', 'y'), short);
    const end = bundle(short, target());
    expect([end.status, end.stderr]).toEqual([3, expect.stringContaining('fewer than 6 characters')]);
  });
});

const runOf = ({ stateDir }: RunOptions): string => readdirSync(join(stateDir, 'runs')).sort().at(-1) ?? '';

describe('a bundle', () => {
  it('is made of a run that goes on, of one that has ended, and of a copy of its state', async () => {
    const scenario = lay(scenarioOf({ web: python('import time; time.sleep(600)', {}), one: task('one') }));
    const given = options();
    const run = await start(scenario, given);
    const during = target();
    expect(bundle(given, during)).toMatchObject({ status: 0 });
    const health = JSON.parse(looked(during).files['health.json'] ?? '') as { resources: object };
    expect(health).toMatchObject({ status: { state: 'RUNNING' }, resources: { process: { pid: run.child.pid } } });
    await run.stop();
    const ended = target();
    expect(bundle(given, ended)).toMatchObject({ status: 0 });
    const copy = `${given.stateDir}-copy`;
    cpSync(given.stateDir, copy, { recursive: true });
    const copied = target();
    expect(bundle({ ...given, stateDir: copy }, copied)).toMatchObject({ status: 0 });
    const same = ['journal.ndjson', 'plan.json', 'options.json', 'evidence.json', 'sandboxes.json', 'versions.json'];
    const [a, b] = [looked(ended).files, looked(copied).files];
    for (const name of same) expect(b[name], name).toBe(a[name]);
    expect(a['sandboxes.json']).toContain('"seccomp": true');
  });

  it('of a run whose record is broken has what is there, and says what is not', () => {
    const given = withToken(canary());
    ran(talking('x', 'y'), given);
    const id = runOf(given);
    const whole = `${given.stateDir}-whole`;
    cpSync(given.stateDir, whole, { recursive: true });
    const broken = (change: (run: string) => void): Seen => {
      rmSync(given.stateDir, { recursive: true });
      cpSync(whole, given.stateDir, { recursive: true });
      change(join(given.stateDir, 'runs', id));
      const refused = bundle(given, target());
      expect([refused.status, refused.stderr]).toEqual([3, expect.stringContaining('bundle_unverified')]);
      const archive = target();
      const made = bundle(given, archive, '--unverified');
      expect(made.status, made.stderr).toBe(0);
      const seen = looked(archive);
      expect(constants(seen.manifest).slice(0, 3)).toEqual([null, null, null]);
      return seen;
    };
    const edit = (name: string, from: string | RegExp, to: string) => (run: string) =>
      writeFileSync(join(run, name), readFileSync(join(run, name), 'utf8').replace(from, to));

    const corrupt = broken(edit('journal.ndjson', 'it ended with status 0', 'it ended with status 9'));
    expect(corrupt.manifest.journal).toMatchObject({
      chain: 'broken',
      fault: expect.stringMatching(/^line \d+: its hash/),
    });
    expect(corrupt.files['journal.ndjson']).toContain('it ended with status 9');
    expect(JSON.parse(corrupt.files['health.json'] ?? '')).toMatchObject({ status: { state: 'CORRUPT' } });
    expect(corrupt.manifest.missing.map(({ piece }) => piece)).toEqual(
      expect.arrayContaining(['journal.ndjson', 'evidence.json']),
    );

    const planless = broken((run) => rmSync(join(run, 'plan.json')));
    expect(planless.manifest.missing).toContainEqual({ piece: 'plan.json', reason: 'it cannot be told: ENOENT' });
    expect(planless.files['journal.ndjson']).toContain('it ended with status 0');

    const noJson = broken((run) => writeFileSync(join(run, 'plan.json'), '{"a": '));
    expect(noJson.manifest.missing).toContainEqual({ piece: 'plan.json', reason: 'it is not JSON' });
    const changed = broken(edit('plan.json', '"/one"', '"/two"'));
    expect(changed.files['plan.json']).toContain('/two');
    expect(changed.manifest.missing.map(({ reason }) => reason).join()).toContain('plan_corrupt');

    const half = broken((run) => {
      for (const name of readdirSync(run)) if (name !== 'plan.json') rmSync(join(run, name), { recursive: true });
    });
    expect(half.manifest.journal).toMatchObject({ chain: 'missing' });
    expect(half.files['plan.json']).toContain('"/app"');
    const junk = broken((run) =>
      writeFileSync(join(run, 'journal.ndjson'), `${'['.repeat(100_000)}\n{"a":1}\nnot json\n\0\xff`),
    );
    expect(junk.files['journal.ndjson']).toBe('{"a":1}\n');
  });

  it('is written whole or not at all: killed, on a full disk, where nobody can write', () => {
    const given = options();
    ran(lay(scenarioOf({ one: task('one') })), given);
    const place = join(folder, `place${count++}`);
    mkdirSync(place);
    const archive = join(place, 'b.tar.gz');
    const faults: readonly (readonly [string, string])[] = [
      ...['fsync', 'link', 'unlink', 'openat', 'write'].map((call) => [call, 'signal=SIGKILL'] as const),
      ...['fsync', 'link', 'write'].map((call) => [call, 'error=ENOSPC'] as const),
    ];
    for (const [call, what] of faults) {
      // The last calls of the command are those that write the archive.
      const counted = join(folder, 'calls');
      headgate(['support-bundle', 'last', '--output', join(place, 'count.tar.gz'), '--force'], {
        ...given,
        wrap: ['strace', '-qq', '-o', counted, '-e', `trace=${call}`],
      });
      const calls = readFileSync(counted, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith(call));
      // Where node cannot tell its own threads something, it waits for ever, or aborts.
      const own = calls.flatMap((line, i) => (/^write\(\d+, "(?:\*"|\\1\\0)/.test(line) ? [] : [i + 1]));
      rmSync(join(place, 'count.tar.gz'), { force: true });
      for (const at of new Set([...own.slice(0, 1), ...own.slice(-3)])) {
        const end = bundle({ ...given, wrap: strace(call, what, String(at)) }, archive);
        if (what.startsWith('error') && end.status !== 0 && end.status !== null) {
          // A line for people may be what could not be written.
          if (call !== 'write') expect(end.stderr).toMatch(/no space is left|ENOSPC/);
          // Where it is what the command says of itself that cannot be written, the archive is there, and whole.
          expect(readdirSync(place).filter((name) => name !== 'b.tar.gz')).toEqual([]);
        }
        if (existsSync(archive)) expect(looked(archive).manifest.kind).toBe('AgentMachineDiagnosticBundle');
        rmSync(archive, { force: true });
      }
    }
    // What the killed ones left begins with a dot, and the next one takes it away.
    expect(readdirSync(place).every((name) => name.startsWith('.b.tar.gz.'))).toBe(true);
    expect(bundle(given, archive)).toMatchObject({ status: 0 });
    expect(readdirSync(place)).toEqual(['b.tar.gz']);

    const before = readFileSync(archive);
    const again = bundle(given, archive);
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('it exists already')]);
    expect(readFileSync(archive).equals(before)).toBe(true);
    expect(bundle(given, archive, '--force')).toMatchObject({ status: 0 });
    const link = join(place, 'link.tar.gz');
    symlinkSync('/tmp/somewhere-else', link);
    for (const path of [link, place, '/proc/b.tar.gz', '/dev/null', join(place, 'no/b.tar.gz')])
      for (const force of [[], ['--force']]) {
        const end = bundle(given, path, ...force);
        expect([path, end.status]).toEqual([path, 1]);
      }
    for (const path of [
      '',
      '-',
      join(given.stateDir, 'b.tar.gz'),
      join(given.stateDir, 'runs', runOf(given), 'b.tar.gz'),
    ])
      expect(bundle(given, path).status).toBe(2);
    expect(headgate(['support-bundle', 'last', '--canary', 'short'], { ...given, cwd: place }).status).toBe(2);
    expect(readdirSync(place).sort()).toEqual(['b.tar.gz', 'link.tar.gz']);
    const named = headgate(['support-bundle', 'last', '--format', 'json'], { ...given, cwd: place });
    const told = JSON.parse(named.stdout) as { file: string; bytes: number; sha256: string; manifest: Manifest };
    expect(told.file).toBe(`headgate-support-${runOf(given)}.tar.gz`);
    const written = readFileSync(join(place, told.file));
    expect([told.bytes, told.sha256]).toEqual([written.length, createHash('sha256').update(written).digest('hex')]);
  });

  it('is made of 200 MB of logs in the memory of a few', async () => {
    const given = options();
    ran(lay(scenarioOf({ one: task('one') })), given);
    const logs = join(given.stateDir, 'runs', runOf(given), 'logs');
    const line = `2030-01-01T00:00:00.000Z stdout GET /index.html 200 "Zm9vYmFyYmF6cXV4" {"a":"b\\n"} deadbeefcafebabe\n`;
    const text = line.repeat(Math.ceil((10 * 1024 * 1024) / line.length));
    for (let n = 0; n < 20; n++) writeFileSync(join(logs, `c${n}.log`), `${text}last line of ${n}\n`);
    const archive = target();
    const measured =
      'import resource, subprocess, sys; c = subprocess.run(sys.argv[1:]).returncode; print("KIB", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(c)';
    const end = bundle({ ...given, wrap: ['python3', '-c', measured] }, archive, '--logs');
    expect(end.status, end.stderr).toBe(0);
    expect(Number(/KIB (\d+)/.exec(end.stderr)?.[1])).toBeLessThan(600 * 1024);
    const { files, manifest } = looked(archive);
    const log = manifest.files.find(({ about }) => about === 'the end of c7.log');
    expect(log).toMatchObject({ cut: true });
    expect(files[log?.name ?? '']).toMatch(/^2030.*\n[\s\S]*last line of 7\n$/);
  });
});
