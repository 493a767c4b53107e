/** What goes wrong on somebody's first day is named before anything starts, and what was tampered with is not believed. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headgate, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { type Part, scenarioOf, task } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';
import { withoutBubblewrap } from '../support/run/without-bubblewrap.ts';

const { lay, options } = useRuns();

const shell = (text: string, more: object = {}): Part => ({
  restart: 'never',
  manifest: { program: { path: '/bin/sh', args: ['-c', text] }, ...more },
});
const program = (path: string, args: readonly string[] = []): Part => ({ manifest: { program: { path, args } } });
const started = ({ stateDir }: RunOptions): readonly string[] =>
  journalLines(stateDir, runFolders(stateDir)[0] ?? '-').flatMap(({ type, actionId }) =>
    type === 'intent' && /^(task\.run|process\.start):/.test(actionId ?? '') ? [actionId ?? ''] : [],
  );

describe('what a component cannot do without is looked for before anything starts', () => {
  it.each([
    ['is not there', './nope', undefined, 0, /program `\S+\/nope` does not exist/],
    ['is not executable', './x.sh', 'echo hello', 0o644, /`\S+\/x\.sh` is not executable\n {2}= help: run `chmod/],
    ['is a script for nobody', './x.sh', '#!/opt/none/py\n', 0o755, /`\/opt\/none\/py` does not exist; `\S+x\.sh`/],
    ['is a script for env of nobody', './x.sh', '#!/usr/bin/env py9\n', 0o755, /`py9` was not found/],
  ] as const)('a program that %s', (_, path, text, mode, message) => {
    const scenario = lay(scenarioOf({ one: program(path), other: task('other') }));
    if (text !== undefined) writeFileSync(join(dirname(scenario), path), text, { mode });
    const given = options();
    const end = headgate(['run', scenario], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toMatch(/blocked\[program_missing\]: \/one: /);
    expect(end.stderr).toMatch(message);
    expect(started(given)).toEqual([]);
  });

  it('the folder that it starts in', () => {
    const scenario = lay(scenarioOf({ one: task('one') }));
    const plan = join(dirname(scenario), 'plan.json');
    const given = options();
    writeFileSync(plan, planOf(scenario, given));
    const end = headgate(['run', plan, '--source-dir', '/nowhere/at/all'], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toMatch(/blocked\[source_missing\]: \/one: .*\/nowhere\/at\/all/);
  });

  it.each([
    [
      'what was given and programs',
      ['--slot', 'gone=http://x.example'],
      {},
      ['tool_missing', 'program_missing', 'config_missing', 'slot_unknown'],
    ],
    [
      'secrets and programs',
      [],
      { HEADGATE_CONFIG_TOKEN: 'sesame-open' },
      ['tool_missing', 'program_missing', 'secret_in_arguments'],
    ],
    [
      'the sandbox, programs and exports',
      ['--export', 'web=4711'],
      { HEADGATE_CONFIG_TOKEN: 'sesame-open' },
      ['sandbox_unavailable', 'tool_missing', 'program_missing', 'export_unknown', 'secret_in_arguments'],
    ],
  ] as const)('all of it at once, in the order of the table: %s', (_, args, env, gates) => {
    const parts = { one: program('./nope'), two: program('/usr/bin/env', ['py9']), three: task('three') };
    const token = { type: 'string', secret: true };
    const root = {
      config_schema: { type: 'object', properties: { token }, required: ['token'] },
      program: { path: '/bin/echo', args: ['${config.token}'] },
    };
    const wrap = (gates as readonly string[]).includes('sandbox_unavailable') ? withoutBubblewrap : [];
    const given = options({ env, wrap });
    const end = headgate(['run', lay(scenarioOf(parts, root)), ...args], given);
    expect(end.status, end.stderr).toBe(3);
    expect([...end.stderr.matchAll(/^blocked\[(\w+)\]/gm)].map(([, gate]) => gate)).toEqual(gates);
    expect(end.stderr).not.toContain('sesame-open');
    expect(started(given)).toEqual([]);
  });

  it('an export that --export names, once', () => {
    const scenario = lay(scenarioOf({ one: task('one') }));
    const unknown = headgate(['run', scenario, '--export', 'web=4711'], options());
    expect(unknown.status, unknown.stderr).toBe(3);
    expect(unknown.stderr).toMatch(/blocked\[export_unknown\]: exports\.web: the scenario exports nothing/);
    const twice = headgate(['run', scenario, '--export', 'web=4711', '--export', 'web=4712'], options());
    expect(twice.status).toBe(2);
    expect(twice.stderr).toMatch(/--export names `web` twice/);
  });
});

/** A run of it has written down its plan. */
const planOf = (scenario: string, given: RunOptions): string => {
  headgate(['run', scenario], given);
  const [id] = runFolders(given.stateDir);
  return readFileSync(join(given.stateDir, 'runs', id as string, 'plan.json'), 'utf8');
};

describe('a program with ports that ends with status 0 before they answer', () => {
  it('has failed, and the run is never said to be ready', () => {
    const web = {
      program: { path: '/bin/true', network: { endpoints: [{ name: 'http', port: 8000 }] } },
      provides: { http: { kind: 'http', endpoint: 'http' } },
      exports: { http: 'provides.http' },
    };
    const given = options();
    const end = headgate(
      ['run', lay(scenarioOf({ web: { manifest: web } }, { exports: { web: '#web.http' } }))],
      given,
    );
    expect(end.status, end.stderr).toBe(4);
    expect(end.stderr).toMatch(/failed: \/web: it ended with status 0 before its ports were open/);
    expect(end.stdout).toBe('');
  });
});

describe('names', () => {
  it('a component `root` and the root have logs and ends of their own', () => {
    const root = { program: { path: '/bin/sh', args: ['-c', 'echo said by the root'] } };
    const given = options();
    const end = headgate(['run', lay(scenarioOf({ root: shell('echo said by the child; exit 3') }, root))], given);
    expect(end.status, end.stderr).toBe(4);
    expect(headgate(['logs', 'last', '/'], given).stdout).toMatch(/^\S+ \/ \| said by the root\n$/);
    expect(headgate(['logs', 'last', '/root'], given).stdout).toMatch(/^\S+ \/root \| said by the child\n$/);
  });

  it('a moniker may be longer than the name of a file', () => {
    const name = 'n'.repeat(90);
    const nested = (depth: number): Record<string, string> =>
      Object.fromEntries(
        Array.from({ length: depth }, (_, level) => [
          level === depth - 1 ? 'scenario.json' : `level${level}.json`,
          JSON.stringify({
            manifest_version: '0.4.0',
            components: { [name]: level === 0 ? './leaf.json' : `./level${level - 1}.json` },
          }),
        ]),
      );
    const leaf = { manifest_version: '0.4.0', ...task('deep').manifest };
    const moniker = `/${name}`.repeat(5);
    const scenario = lay({
      ...nested(5),
      'leaf.json': JSON.stringify(leaf),
      'headgate.yaml': JSON.stringify({ components: { [moniker]: { restart: 'never' } } }),
    });
    const given = options();
    const end = headgate(['run', scenario], given);
    expect(end.status, end.stderr).toBe(0);
    expect(headgate(['logs'], given).stdout).toContain(`${moniker} | deep has run`);
    expect(headgate(['logs', 'last', moniker], given).stdout).toContain('deep has run');
  });
});

describe('files of a run that somebody changed', () => {
  const ended = (): { given: RunOptions; folder: string; id: string } => {
    const given = options();
    headgate(['run', lay(scenarioOf({ one: task('one', 3) }))], given);
    const id = runFolders(given.stateDir)[0] as string;
    return { given, id, folder: join(given.stateDir, 'runs', id) };
  };

  it.each([
    ['plan.json', 'plan_corrupt', (text: string) => text.slice(0, 100), /plan\.json was changed: it is not JSON/],
    [
      'plan.json',
      'plan_corrupt',
      (text: string) => text.replace('has run', 'was here'),
      /its digest does not match its content/,
    ],
    ['options.json', 'options_changed', () => 'nothing', /options\.json was changed: it is not JSON/],
    ['options.json', 'options_changed', () => '{}', /it does not say how the run was begun/],
  ] as const)('%s: %s', (name, gate, change, message) => {
    const { given, folder, id } = ended();
    const path = join(folder, name);
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, change(before));
    expect(readFileSync(path, 'utf8')).not.toBe(before);
    const end = headgate(['resume', '--redo', '/one'], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toContain(`blocked[${gate}]: ${id}: ${path}`);
    expect(end.stderr).toMatch(message);
    expect(end.stderr).toMatch(new RegExp(`= help: .*\\nBLOCKED ${id}\\n$`));
  });

  it('the plan of another run, whole in itself', () => {
    const { given, folder } = ended();
    writeFileSync(join(folder, 'plan.json'), planOf(lay(scenarioOf({ one: task('two') })), options()));
    const end = headgate(['resume', '--redo', '/one'], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toMatch(
      /blocked\[plan_corrupt\]: .*its journal says that it began with a plan other than this one/,
    );
  });

  it('--redo of a component that there is not', () => {
    const { given } = ended();
    const end = headgate(['resume', '--redo', '/on'], given);
    expect(end.status).toBe(2);
    expect(end.stderr).toMatch(/--redo: run `\S+` has no component `\/on`; did you mean `\/one`\?/);
  });

  it('a journal that cannot be read does not hide the other runs', () => {
    const { given, folder } = ended();
    rmSync(join(folder, 'journal.ndjson'));
    mkdirSync(join(folder, 'journal.ndjson'));
    headgate(['run', lay(scenarioOf({ one: task('one') }))], given);
    const { stdout, status } = headgate(['ps'], given);
    expect(status).toBe(0);
    expect(stdout).toMatch(/CORRUPT/);
    expect(stdout).toMatch(/COMPLETE/);
  });
});

describe('logs', () => {
  it('a program cannot write the line of another, nor move the cursor', () => {
    const said = shell("printf 'a\\r12:00 /b | b\\033[2J\\033[31mred\\n'");
    const given = options();
    const end = headgate(['run', lay(scenarioOf({ one: said }))], given);
    expect(end.stderr).toContain('/one | a·12:00 /b | b·[2J\u001b[31mred\u001b[0m\n');
    expect(headgate(['logs'], given).stdout).toContain('/one | a·12:00 /b | b·[2J\u001b[31mred\u001b[0m\n');
  });

  it('a secret of several lines is found line by line', () => {
    const key = '-----BEGIN KEY-----\nMIIEowIBAAKCAQEA7\n+slash/and=equals\n-----END KEY-----\n';
    const manifest = {
      program: { path: '/bin/sh', args: ['-c', 'echo "$KEY"; echo over'], env: { KEY: '${config.key}' } },
      config_schema: {
        type: 'object',
        properties: { key: { type: 'string', secret: true } },
        required: ['key'],
      },
    };
    const scenario = lay({
      'scenario.json': JSON.stringify({ manifest_version: '0.4.0', ...manifest }),
      'headgate.yaml': '{}',
    });
    const given = options();
    const end = headgate(['run', scenario], { ...given, env: { HEADGATE_CONFIG_KEY: key } });
    expect(end.status, end.stderr).toBe(0);
    const logs = headgate(['logs'], given).stdout;
    expect(logs).toMatch(/\/ \| over\n$/);
    expect(logs + end.stderr).not.toMatch(/MIIEow|slash/);
  });

  it('a secret is found where a line without end is cut', () => {
    const program = {
      path: '/usr/bin/env',
      args: ['python3', '-c', 'import os\nprint("x" * 65530 + os.environ["KEY"] + "y" * 65530 + os.environ["KEY"])'],
      env: { KEY: '${config.key}' },
    };
    const config = {
      type: 'object',
      properties: { key: { type: 'string', secret: true } },
      required: ['key'],
    };
    const scenario = lay({
      'scenario.json': JSON.stringify({ manifest_version: '0.4.0', program, config_schema: config }),
    });
    const given = options();
    const end = headgate(['run', scenario], { ...given, env: { HEADGATE_CONFIG_KEY: 'tell-nobody-of-it' } });
    expect(end.status, end.stderr.slice(-500)).toBe(0);
    const said = headgate(['logs'], given).stdout.replace(/^.*? \| |\n/gm, '');
    expect(said).toBe(`${'x'.repeat(65530)}[secret]${'y'.repeat(65530)}[secret]`);
  });

  it('-f misses no line, however often the file is rotated between two looks', async () => {
    const lines = 3000;
    const text = 'x'.repeat(10_000);
    const given = options();
    const said = shell(`sleep 2; i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "$i ${text}"; done`);
    const run = launch(['run', lay(scenarioOf({ one: said }))], given);
    await until(
      () => runFolders(given.stateDir).length,
      (n) => n > 0,
    );
    const follower = launch(['logs', '-f'], given);
    expect((await run.ended).status).toBe(0);
    const { stdout, status } = await follower.ended;
    expect(status).toBe(0);
    const numbers = [...stdout.matchAll(/ \| (\d+) x/g)].map(([, n]) => Number(n));
    expect(numbers).toEqual(Array.from({ length: lines }, (_, index) => index + 1));
  });
});

describe('Ctrl-C of a terminal', () => {
  it('while --detach waits ends the run', async () => {
    const given = options();
    const web = {
      program: { path: '/bin/sleep', args: ['60'], network: { endpoints: [{ name: 'http', port: 8000 }] } },
      provides: { http: { kind: 'http', endpoint: 'http' } },
      exports: { http: 'provides.http' },
    };
    const scenario = lay(scenarioOf({ web: { manifest: web } }, { exports: { web: '#web.http' } }));
    const run = launch(['run', scenario, '--detach'], { ...given, group: true });
    await until(
      () => started(given).length,
      (n) => n > 0,
    );
    process.kill(-(run.child.pid as number), 'SIGINT');
    const end = await run.ended;
    expect(end.status, end.stderr).toBe(5);
    expect(headgate(['ps'], given).stdout).toMatch(/CANCELLED/);
  });

  it('while bubblewrap is tried is no sign that it does not work', async () => {
    // The whole group is signalled, as a terminal does.
    for (const wait of [0, 15, 30, 45, 60]) {
      const given = options();
      const run = launch(['run', lay(scenarioOf({ one: shell('sleep 60') }))], { ...given, group: true });
      await until(
        () => runFolders(given.stateDir).length,
        (n) => n > 0,
      );
      await new Promise((done) => setTimeout(done, wait));
      process.kill(-(run.child.pid as number), 'SIGINT');
      const end = await run.ended;
      expect(end.status, end.stderr).toBe(5);
      expect(end.stderr).not.toMatch(/sandbox_unavailable/);
    }
  });
});
