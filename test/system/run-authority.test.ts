/** 004-4, 004-5: nothing of a run happens without a right that somebody gave, from before its first effect to its last one. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/language/journal/entry.ts';
import { runCli } from '../support/cli.ts';
import { headgate, launch, until } from '../support/run/cli-run.ts';
import { delegatedFiles, delegationText, entries } from '../support/run/delegated.ts';
import { journalLines } from '../support/run/journal.ts';
import { planWith } from '../support/run/profiled.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { folder, lay, options, start } = useRuns();

/** Of the only run that there is. */
const journal = (stateDir: string): readonly Entry[] => {
  const [id = ''] = readdirSync(join(stateDir, 'runs'));
  return journalLines(stateDir, id) as unknown as readonly Entry[];
};
const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();
const withFile = (scenario: string, all: readonly object[]): void =>
  writeFileSync(join(dirname(scenario), 'operator.json'), delegationText(all));

const container = { image: 'example.test/work:1', entrypoint: ['true'] };
const rows = entries.map((entry) => [entry.id, entry] as const);

describe('a valid delegation', () => {
  it('004-4 004-5 is what every action with an effect stands on, by its id, and the run is COMPLETE', () => {
    const scenario = lay(delegatedFiles());
    const run = options();
    const { status, stderr } = headgate(['run', scenario, '--trust-settings'], run);
    expect(`${status} ${stderr}`).toMatch(/^0 /);
    const lines = journal(run.stateDir);
    const stood = lines.flatMap((line) => (line.type === 'intent' ? (line.data.authority ?? []) : []));
    expect([...new Set(stood.map(({ delegation }) => delegation))].sort()).toEqual(entries.map(({ id }) => id).sort());
    const without = lines.flatMap((line) =>
      line.type === 'intent' && line.data.authority === undefined ? [line.action.type] : [],
    );
    expect([...new Set(without)].sort()).toEqual(['env.probe', 'gate.confirm', 'secret.bind']);
    expect(headgate(['verify-run', 'last'], run).status).toBe(0);
  });

  it.each(rows)('004-4 004-5 without %s gives authority_missing before anything is executed', (id, entry) => {
    const {
      subject,
      gates: [gate = ''],
      resources: [resource = ''],
    } = entry;
    const scenario = lay(
      delegatedFiles(
        'echo done',
        entries.filter((one) => one.id !== id),
      ),
    );
    const trace = join(folder, `trace-${id}`);
    const wrap = ['strace', '-f', '-qq', '-o', trace, '-e', 'trace=execve,execveat'];
    const run = headgate(['run', scenario, '--trust-settings'], options({ wrap }));
    expect(run.status).toBe(3);
    expect(run.stderr.match(/^blocked\[\w+\]/gm)).toEqual(['blocked[authority_missing]']);
    expect(run.stderr).toContain(`${subject}: ${gate}: no delegation gives \`${resource}\``);
    expect(run.stderr).toContain(`subject: "${subject}", gates: [${gate}], resources: ["${resource}"]`);
    // headgate itself, and nothing else.
    expect(readFileSync(trace, 'utf8').trim().split('\n')).toHaveLength(1);
  });

  it.each([
    ['a container image', container, {}, 'example.test/work:1'],
    [
      'a program that the settings put into one',
      { path: '/bin/sh', args: [] },
      { environment: 'docker', image: 'sh:2' },
      'sh:2',
    ],
    ['an image that the settings name', container, { image: 'work:2' }, 'work:2'],
  ])('004-4 004-5 %s takes a right of its own, and nothing is executed without it', (_, program, settings, image) => {
    const scenario = (gates: readonly string[]): string =>
      lay({
        'scenario.json': JSON.stringify({ manifest_version: '0.4.0', program }),
        'headgate.yaml': JSON.stringify({
          grants: { delegation: './operator.json' },
          components: { '/': { restart: 'never', ...settings } },
        }),
        'operator.json': delegationText([{ id: 'all', subject: '/', gates, resources: ['*'] }]),
      });
    const trace = join(folder, `trace-${image.replaceAll(/\W/g, '-')}`);
    const wrap = ['strace', '-f', '-qq', '-o', trace, '-e', 'trace=execve,execveat'];
    const given = options({ wrap, env: { DOCKER_HOST: `unix://${folder}/no-engine` } });
    const run = headgate(['run', scenario(['toolGrant']), '--trust-settings'], given);
    expect(run.status).toBe(3);
    expect(run.stderr.match(/^blocked\[\w+\]/gm)).toEqual(['blocked[authority_missing]']);
    expect(run.stderr).toContain(`/: containerExecution: no delegation gives \`${image}\``);
    expect(readFileSync(trace, 'utf8').trim().split('\n')).toHaveLength(1);
    expect(journal(given.stateDir).filter(({ type }) => type === 'intent')).toEqual([]);
    const allowed = headgate(
      ['run', scenario(['toolGrant', 'containerExecution']), '--trust-settings'],
      options({ env: { DOCKER_HOST: `unix://${folder}/no-engine` } }),
    );
    expect(allowed.stderr).not.toContain('authority_missing');
    expect(allowed.stderr).toContain('no-engine');
  });

  it('004-5 that gives nothing has every missing right named at once', () => {
    const scenario = lay(
      delegatedFiles('echo done', [{ id: 'a', subject: '/work', gates: ['toolGrant'], resources: ['nothing'] }]),
    );
    const { status, stderr } = headgate(['run', scenario, '--trust-settings'], options());
    expect(status).toBe(3);
    expect(stderr.match(/^blocked\[authority_missing\]/gm)).toHaveLength(entries.length);
  });

  it('has the entry in its remedy that mends it', () => {
    const scenario = lay(delegatedFiles('echo done', entries.slice(1)));
    const { stderr } = headgate(['run', scenario, '--trust-settings'], options());
    const entry = /add `- (\{.*\})` to operator\.json/.exec(stderr)?.[1] ?? '';
    writeFileSync(
      join(dirname(scenario), 'operator.json'),
      `{"delegations": [${entry
        .replace(/(id|subject|gates|resources):/g, '"$1":')
        .replace(/"id": ([^,]+)/, '"id": "$1"')
        .replace(/\[(\w+)\]/, '["$1"]')}, ${entries
        .slice(1)
        .map((one) => JSON.stringify(one))
        .join(', ')}]}`,
    );
    expect(headgate(['run', scenario, '--trust-settings'], options()).status).toBe(0);
  });
});

describe('a plan', () => {
  const planOf = (scenario: string): string => {
    const path = join(dirname(scenario), 'plan.json');
    const made = runCli(['compile', scenario, '--trust-settings', '--emit', `plan=${path}`], {
      cwd: dirname(scenario),
    });
    expect(made.stderr).not.toContain('error');
    return path;
  };
  const run = (plan: string) => headgate(['run', plan, '--trust-settings'], options());

  it('004-5 a grant that is taken out of the file between check and start is missing', () => {
    const scenario = lay(delegatedFiles());
    const plan = planOf(scenario);
    expect(run(plan).status).toBe(0);
    withFile(
      scenario,
      entries.filter(({ id }) => id !== 'work-edge'),
    );
    const { status, stderr } = run(plan);
    expect(status).toBe(3);
    expect(stderr).toContain('authority_missing');
    expect(stderr).toContain('`work-edge` gave it: it is not in operator.json any more');
    expect(stderr).toContain('put operator.json back as it was');
  });

  it('004-5 what is added or widened after it was made does not count', () => {
    const scenario = lay(
      delegatedFiles(
        'echo done',
        entries.filter(({ id }) => id !== 'work-edge'),
      ),
    );
    const plan = planOf(scenario);
    withFile(scenario, [...entries, { id: 'all', subject: '*', gates: ['networkProfile'], resources: ['*'] }]);
    const { status, stderr } = run(plan);
    expect(status).toBe(3);
    expect(stderr).toContain('no delegation gives `/work.up`');
  });

  it.each([
    ['is gone', (path: string) => rmSync(path), 'there is no such file'],
    ['cannot be read', (path: string) => writeFileSync(path, '{ "delegations": ['), 'operator.json cannot be read'],
  ])('004-5 whose file %s gives nothing, and says so', (_, spoil, why) => {
    const scenario = lay(delegatedFiles());
    const plan = planOf(scenario);
    spoil(join(dirname(scenario), 'operator.json'));
    const { status, stderr } = run(plan);
    expect(status).toBe(3);
    expect(stderr).toContain(why);
    expect(stderr.match(/^blocked\[authority_missing\]/gm)).toHaveLength(entries.length);
  });

  it('004-5 expired: says when', () => {
    const past = entries.map((one) =>
      one.id === 'work-model' ? { ...one, expires: '2020-01-01T00:00:00+01:00' } : one,
    );
    const { status, stderr } = run(planOf(lay(delegatedFiles('echo done', past))));
    expect(status).toBe(3);
    expect(stderr).toContain(
      'modelProviderUse: no delegation gives `/work.up` any more; `work-model` gave it: it expired at 2020',
    );
  });

  it('overlapping: another delegation that gives the same is enough', () => {
    const past = entries.map((one) => (one.id === 'work-model' ? { ...one, expires: '2020-01-01T00:00:00Z' } : one));
    const scenario = lay(
      delegatedFiles('echo done', [
        ...past,
        { id: 'more', subject: '*', gates: ['modelProviderUse'], resources: ['/work.*'] },
      ]),
    );
    expect(run(planOf(scenario)).status).toBe(0);
  });

  it('004-4 without delegations stands on itself, and says so', () => {
    const { 'operator.json': _, ...files } = delegatedFiles();
    const settings = JSON.parse(files['headgate.yaml'] ?? '') as { grants?: object };
    delete settings.grants;
    const scenario = lay({ ...files, 'headgate.yaml': JSON.stringify(settings) });
    const given = options();
    expect(headgate(['run', scenario, '--trust-settings'], given).status).toBe(0);
    const stood = journal(given.stateDir).flatMap((line) =>
      line.type === 'intent' ? (line.data.authority ?? []) : [],
    );
    expect(new Set(stood.map(({ delegation }) => delegation))).toEqual(new Set(['plan']));
    expect(stood.length).toBeGreaterThan(entries.length);
  });

  it('with programs on the host is held to it too', () => {
    const scenario = lay(
      delegatedFiles(
        'echo done',
        entries.filter(({ id }) => id !== 'web-program'),
      ),
    );
    const plan = planWith(scenario, {
      profiles: { default: { runtime: { mode: 'default' }, sandbox: { mode: 'none' }, permissions: 'deny-all' } },
    });
    const { status, stderr } = headgate(['run', plan, '--trust-settings', '--no-sandbox'], options());
    expect(status).toBe(3);
    expect(stderr).toContain('authority_missing');
    expect(stderr).toContain('/web: toolGrant');
  });

  it('network profile: a slot that leads beyond loopback is refused to what is airgapped, before anything', () => {
    const scenario = lay({
      'scenario.json': JSON.stringify({
        manifest_version: '0.4.0',
        slots: { up: { kind: 'http' } },
        program: { path: '/bin/sh', args: ['-c', 'echo ${slots.up.url}'] },
      }),
      'headgate.yaml': JSON.stringify({
        components: { '/': { restart: 'never', profile: 'p' } },
        profiles: { p: { type: 'airgapped_local_only' } },
      }),
    });
    const at = (url: string) => headgate(['run', scenario, '--trust-settings', '--slot', `up=${url}`], options());
    expect(at('http://127.0.0.1:9').status).toBe(0);
    for (const url of ['http://10.0.0.1:80', 'http://models.example', 'http://127.0.0.1.example:80']) {
      const { status, stderr } = at(url);
      expect(`${url} ${status}`).toBe(`${url} 3`);
      expect(stderr).toContain('network_profile_refused');
    }
  });
});

describe('while it runs', () => {
  /** The second time it has nothing to wait for. */
  const long = 'if [ -e /state/again ]; then echo done; else touch /state/again; sleep 30; fi';
  const lost = async (change: (scenario: string, id: string, stateDir: string) => void) => {
    const scenario = lay(delegatedFiles(long));
    const given = options();
    const run = await start(scenario, { ...given, args: ['--trust-settings'] });
    change(scenario, run.id, given.stateDir);
    const end = await run.ended;
    return { ...end, lines: journal(given.stateDir), id: run.id, stateDir: given.stateDir };
  };
  const order = (lines: readonly Entry[]): readonly string[] =>
    lines.flatMap((line) =>
      line.type === 'intent' && line.action.type === 'process.stop' ? [line.action.target ?? ''] : [],
    );

  it('004-5 a delegation that is taken out of the file ends what stands on it, consumers first', async () => {
    const { status, stderr, lines } = await lost((scenario) =>
      withFile(
        scenario,
        entries.filter(({ id }) => id !== 'work-edge'),
      ),
    );
    expect(status).toBe(3);
    expect(stderr).toContain('authority_missing');
    expect(stderr).toContain('work-edge');
    expect(order(lines)).toEqual(['/work', '/web']);
    const [ended] = lines.filter(
      (line) => line.type === 'progress' && 'event' in line.data && line.data.event === 'authority-ended',
    );
    expect(ended?.data).toMatchObject({ delegation: 'work-edge', how: 'withdrawn' });
  });

  it('004-5 one that is given an end in the file ends it at that time', async () => {
    const { status, stderr, lines } = await lost((scenario) =>
      withFile(
        scenario,
        entries.map((one) => (one.id === 'web-program' ? { ...one, expires: soon(1_500) } : one)),
      ),
    );
    expect(status).toBe(3);
    expect(stderr).toContain('`web-program` gave it: it expired at');
    expect(order(lines)).toEqual(['/work', '/web']);
  });

  it('004-5 one that the operator revokes ends it, and stays revoked for the run', async () => {
    const { status, stderr, id, stateDir } = await lost((_, run, state) => {
      const list = headgate(['authority', 'list', run, '--format', 'json'], { stateDir: state });
      expect(JSON.parse(list.stdout).rights).toHaveLength(entries.length);
      const unknown = headgate(['authority', 'revoke', run, 'work-edg', '--reason', 'x'], { stateDir: state });
      expect(unknown.stderr).toContain('delegation_unknown');
      const done = headgate(['authority', 'revoke', run, 'work-edge', '--reason', 'Ada has had enough'], {
        stateDir: state,
      });
      expect(done).toMatchObject({ status: 0, stdout: `revoked work-edge in ${run}\n` });
    });
    expect(status).toBe(3);
    expect(stderr).toContain('`work-edge` gave it: it was revoked: Ada has had enough');
    const again = headgate(['resume', id, '--redo', '/work'], { stateDir });
    expect(again.status).toBe(3);
    expect(again.stderr).toContain('it was revoked: Ada has had enough');
    // What the operator typed is in no bundle, and how it ended is.
    const output = join(stateDir, '..', `${id}.tar.gz`);
    const packed = ['support-bundle', id, '--output', output, '--canary', 'Ada has had enough'];
    expect(headgate(packed, { stateDir })).toMatchObject({ status: 0 });
    const text = gunzipSync(readFileSync(output)).toString('latin1');
    expect(text).toContain('"how":"revoked"');
    expect(text).toContain('gave it: it was revoked: [left out: 18 characters]');
    expect(headgate(['authority', 'list', id], { stateDir }).stdout).toMatch(/work-edge +revoked/);
    const over = headgate(['authority', 'revoke', id, 'work-edge', '--reason', 'x'], { stateDir });
    expect(over.stderr).toContain('run_over');
  });

  it('004-5 a file that is put back lets a resumed run go on', async () => {
    let file = '';
    const { id, stateDir, status } = await lost((scenario) => {
      file = join(dirname(scenario), 'operator.json');
      rmSync(file);
    });
    expect(status).toBe(3);
    const gone = headgate(['resume', id, '--redo', '/work'], { stateDir });
    expect(gone.stderr).toContain('there is no such file');
    writeFileSync(file, delegationText(entries));
    expect(headgate(['resume', id, '--redo', '/work'], { stateDir }).status).toBe(0);
  });

  it('004-5 keeps work in its copy that nothing lets be taken over, also when it is asked for by a command', async () => {
    const scenario = lay(delegatedFiles('echo new > /workspace/new; sleep 60'));
    const given = options();
    const run = await start(scenario, { ...given, args: ['--trust-settings'] });
    await until(
      () => headgate(['workspace', 'diff', run.id], given).stdout,
      (text) => text.includes('new'),
      30_000,
    );
    withFile(
      scenario,
      entries.filter(({ id }) => id !== 'work-files'),
    );
    expect((await run.ended).status).toBe(3);
    const inSource = join(dirname(scenario), 'files/new');
    const finalize = () => headgate(['finalize', run.id, '--retry'], given);
    const refused = finalize();
    expect(refused.status).toBe(3);
    expect(refused.stdout).toContain('no delegation gives `workspaces.src` any more');
    expect(refused.stderr).toContain('put operator.json back as it was');
    expect(existsSync(inSource)).toBe(false);
    withFile(scenario, entries);
    expect(finalize().status).toBe(0);
    expect(readFileSync(inSource, 'utf8')).toBe('new\n');
  });

  it('what only uses another delegation goes on, and so does what never needed the one that ended', async () => {
    const more: readonly object[] = [...entries, { id: 'idle', subject: '*', gates: ['toolGrant'], resources: ['x'] }];
    const scenario = lay(delegatedFiles('sleep 3; echo done', more));
    const given = options();
    const { ended, ready } = launch(['run', scenario, '--trust-settings'], given);
    const { id } = await ready;
    withFile(scenario, entries);
    await until(
      () => headgate(['authority', 'list', id], given).stdout,
      (text) => /idle +withdrawn/.test(text),
    );
    expect((await ended).status).toBe(0);
  });
});
