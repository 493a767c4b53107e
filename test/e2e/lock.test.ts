/** Locks on the command line. They are recorded here with answers from memory, so that no policy need run. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLoader } from '../../src/adapters/loaders/loader.ts';
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import { compile } from '../../src/compile.ts';
import { lockName } from '../../src/language/lock/format.ts';
import { type CliRun, runCli } from '../support/cli.ts';
import { onEdge, policy, scenarioWith, server } from '../support/policy-scenario.ts';
import { createTempFolder, type TempFolder } from '../support/temp-folder.ts';

let temp: TempFolder;
beforeAll(() => {
  temp = createTempFolder();
});
afterAll(() => temp.remove());

const answer = {
  interpositions: [onEdge(0)],
  findings: [{ severity: 'warning', message: 'this is seen', edge: 0, code: 'seen' }],
};

/** A folder with the scenario in `w/`, its lock beside it, and the plan that the lock was recorded with. */
async function recorded(text: string = JSON.stringify(answer)): Promise<{ folder: string; plan: string }> {
  const folder = temp.lay({
    'w/scenario.yaml': scenarioWith({ a: './policy.yaml' }),
    'w/server.yaml': server,
    'w/policy.yaml': policy,
  });
  const base = pathToFileURL(join(folder, 'w', 'x')).href;
  const { compiled } = await compile({
    input: new URL('scenario.yaml', base).href,
    baseDir: new URL('.', base).href,
    loader: createLoader(),
    policyClient: createMemoryPolicyClient(() => ({ text })),
    record: true,
  });
  for (const [name, content] of compiled?.emit('lock') ?? []) {
    const path = join(folder, 'w', name === lockName ? name : join(`${lockName}.d`, name));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return { folder, plan: compiled?.planText ?? '' };
}

const frozen = (folder: string, ...more: readonly string[]): CliRun =>
  runCli(['compile', 'w', '--frozen', ...more], { cwd: folder });
const recording = (folder: string, kind: string): string => {
  const name = readdirSync(join(folder, `w/${lockName}.d`)).find((file) => file.endsWith(`.${kind}`));
  return join(folder, `w/${lockName}.d`, name ?? '');
};

describe('compile --frozen', () => {
  it('writes the plan of the compile that was recorded', async () => {
    const { folder, plan } = await recorded();
    const { status, stdout, stderr } = frozen(folder);
    expect([status, stdout]).toEqual([0, plan]);
    expect(stderr).toContain('warning[govern/finding-warning]: this is seen [seen] (said by');
    expect(stderr).toContain('--> w/scenario.yaml:3:');
  });

  it('tells the same in JSON and SARIF, and `-D` counts', async () => {
    const { folder } = await recorded();
    const check = (...args: readonly string[]): CliRun =>
      runCli(['check', 'w/scenario.yaml', '--apply-policies', '--frozen', ...args], { cwd: folder });
    const json = JSON.parse(check('--format', 'json').stdout) as {
      diagnostics: { code: string; rule: string; file: string }[];
    };
    expect(json.diagnostics).toEqual([
      expect.objectContaining({ code: 'govern/finding-warning', rule: 'a.apply/seen', file: 'w/scenario.yaml' }),
    ]);
    const sarif = JSON.parse(check('--format', 'sarif').stdout) as {
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; ruleIndex: number; partialFingerprints: Record<string, string> }[];
      }[];
    };
    const [run] = sarif.runs;
    const [result] = run?.results ?? [];
    expect(result?.ruleId).toBe('govern/finding-warning/a.apply/seen');
    expect(run?.tool.driver.rules[result?.ruleIndex ?? -1]?.id).toBe(result?.ruleId);
    // Lines above it must not matter.
    writeFileSync(join(folder, 'w/scenario.yaml'), `# a line more\n${scenarioWith({ a: './policy.yaml' })}`);
    const later = JSON.parse(check('--format', 'sarif').stdout) as typeof sarif;
    const fingerprint = (of: typeof sarif): unknown => of.runs[0]?.results[0]?.partialFingerprints['headgate/v1'];
    expect(fingerprint(later)).toBe(fingerprint(sarif));
    expect(check().status).toBe(0);
    expect(check('-D', 'govern/finding-warning').status).toBe(1);
  });

  it('is quieted by a comment like any warning', async () => {
    const { folder } = await recorded();
    const text = scenarioWith({ a: './policy.yaml' });
    const marked = text.replace('exports:', '# headgate-ignore govern/finding-warning: it may be seen\nexports:');
    writeFileSync(join(folder, 'w/scenario.yaml'), marked);
    expect(frozen(folder)).toMatchObject({ status: 0, stderr: '' });
  });

  it('takes a lock from elsewhere', async () => {
    const { folder, plan } = await recorded();
    mkdirSync(join(folder, 'locks'));
    for (const name of [lockName, `${lockName}.d`]) {
      const [from, to] = [join(folder, 'w', name), join(folder, 'locks', name.replace(lockName, 'web.lock'))];
      if (name === lockName) writeFileSync(to, readFileSync(from));
      else {
        mkdirSync(to);
        for (const file of readdirSync(from)) writeFileSync(join(to, file), readFileSync(join(from, file)));
      }
      rmSync(from, { recursive: true });
    }
    expect(frozen(folder).stderr).toContain('error[lock/not-found]: there is no lock `w/headgate.lock`');
    expect(frozen(folder, '--lock', 'locks/web.lock').stdout).toBe(plan);
  });

  it('says what is missing and what was changed, by paths from here', async () => {
    const { folder } = await recorded();
    const file = recording(folder, 'answer');
    appendFileSync(file, ' ');
    const changed = frozen(folder);
    expect(changed.stderr).toContain('error[lock/recording-changed]');
    expect(changed.stderr).toContain('--> w/headgate.lock:');
    expect([changed.status, changed.stdout]).toEqual([1, '']);
    rmSync(file);
    expect(frozen(folder).stderr).toContain('error[lock/recording-missing]');
    writeFileSync(join(folder, 'w/server.yaml'), server.replace('8080', '8081'));
    const moved = frozen(folder);
    expect(moved.stderr).toContain('error[lock/source-changed]: `server` has changed');
    expect(moved.stderr).toContain('~ component /server: program.network');
    rmSync(recording(folder, 'request'));
    expect(frozen(folder).stderr).toContain('the request of policy');
  });

  it('shows a merge that went wrong', async () => {
    const { folder } = await recorded();
    const path = join(folder, 'w', lockName);
    writeFileSync(path, `<<<<<<< HEAD\n${readFileSync(path, 'utf8')}`);
    expect(frozen(folder).stderr).toContain('error[lock/malformed]');
  });

  it('writes the same lock again', async () => {
    const { folder } = await recorded();
    expect(frozen(folder, '--emit', 'lock=again.lock')).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(join(folder, 'again.lock'))).toEqual(readFileSync(join(folder, 'w', lockName)));
    expect(readdirSync(join(folder, 'again.lock.d'))).toEqual(readdirSync(join(folder, `w/${lockName}.d`)));
  });

  it('leaves other files in the folder of the lock alone, and removes what is left over', async () => {
    const { folder } = await recorded();
    const beside = join(folder, 'again.lock.d');
    mkdirSync(beside);
    writeFileSync(join(beside, `${'0'.repeat(64)}.answer`), 'old');
    writeFileSync(join(beside, 'README'), 'mine');
    expect(frozen(folder, '--emit', 'lock=again.lock').status).toBe(0);
    expect(readdirSync(beside)).toContain('README');
    expect(readdirSync(beside)).not.toContain(`${'0'.repeat(64)}.answer`);
  });
});

describe('policy record', () => {
  it('says in words why a lock cannot be read', async () => {
    const { folder } = await recorded();
    symlinkSync('w/headgate.lock', join(folder, 'link'));
    const said = (name: string): string => frozen(folder, '--lock', name).stderr;
    expect(said('link')).toContain('the lock `link` cannot be read: it is a link, and no link is followed here\n');
    expect(said('w')).toContain('the lock `w` cannot be read: it is a folder\n');
  });

  it('writes over a lock that cannot be read', async () => {
    const folder = temp.lay({ 'w/scenario.yaml': 'manifest_version: "0.4.0"\n', [`w/${lockName}`]: 'garbage' });
    const { status, stdout, stderr } = runCli(['policy', 'record', 'w'], { cwd: folder });
    expect([status, stdout, stderr]).toEqual([0, '', 'recorded w/headgate.lock\n']);
    expect(readdirSync(join(folder, 'w'))).toEqual([lockName, 'scenario.yaml']);
    expect(frozen(folder).status).toBe(0);
    expect(runCli(['policy', 'record', 'w', '--out', '.'], { cwd: folder }).stderr).toBe('recorded headgate.lock\n');
    expect(readFileSync(join(folder, lockName))).toEqual(readFileSync(join(folder, 'w', lockName)));
  });
});

describe('settings of policies', () => {
  it('are told by the path from here', async () => {
    const { folder } = await recorded();
    writeFileSync(join(folder, 'w/headgate.yaml'), 'policies:\n  aa: { mode: warn }\n');
    const { status, stderr } = frozen(folder);
    expect(status).toBe(0);
    expect(stderr).toContain('warning[settings/unknown-policy]');
    expect(stderr).toContain('--> w/headgate.yaml:2:3');
    expect(stderr).toContain('did you mean `a`?');
  });

  it('put a policy in shadow', async () => {
    const { folder, plan } = await recorded();
    writeFileSync(join(folder, 'w/headgate.yaml'), 'policies:\n  a: { mode: shadow }\n');
    const { status, stderr, stdout } = frozen(folder);
    expect(status).toBe(0);
    expect(stderr).toContain('info[govern/shadow-difference]');
    expect(stderr).toContain('exports.out: /server.api -> /__overlay_0_0 -> exports.out');
    expect(JSON.parse(plan)).toMatchObject({ policies: [{ mode: 'enforce', interposers: ['/__overlay_0_0'] }] });
    expect(JSON.parse(stdout)).toMatchObject({ policies: [{ mode: 'shadow', interposers: [] }] });
  });

  it('that are wrong stop the compile', async () => {
    const { folder } = await recorded();
    writeFileSync(
      join(folder, 'w/headgate.yaml'),
      'policies:\n  a: { mode: shadows, limits: { start: 3 days, starts: 1 }, grants: { secrets: token } }\n',
    );
    const { status, stderr } = frozen(folder);
    expect(status).toBe(1);
    for (const text of [
      'did you mean `shadow`?',
      '`3 days` is not a time',
      'unknown field `starts`',
      'expected an array',
    ])
      expect(stderr).toContain(text);
  });
});

describe('wrong use', () => {
  it.each([
    [['compile', 'w', '--frozen', '--allow-remote-policies'], '--frozen starts no policy'],
    [['policy', 'record', 'w', '--frozen'], 'there would be nothing to record'],
    [['policy', 'record', 'w', '--out', '.', '--lock', 'x'], 'give one of them'],
    [['check', 'w', '--frozen'], 'give --apply-policies too'],
    [['compile', 'w', '--emit', 'lock=-'], 'which standard output cannot take'],
    [['compile', 'w', '--lock', 'nowhere.lock'], '--lock nowhere.lock: there is no such file'],
  ])('%j', async (args, said) => {
    const { folder } = await recorded();
    const { status, stderr } = runCli(args, { cwd: folder });
    expect(stderr).toContain(said);
    expect(status).toBe(2);
  });
});
