/** `headgate policy test`, with real policies in their sandboxes. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servePolicies } from '../../src/api/testing/serve.ts';
import type { JsonTests } from '../../src/policy/test/render/json.ts';
import { type CliRun, runCli, startCli } from '../support/cli.ts';
import { audit, gate, suitePath } from '../support/policy-suite.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const cwd = join(temp.path, 'redaction');
beforeAll(() => cpSync('examples/redaction', cwd, { recursive: true }));

const test = (args: readonly string[], env: Readonly<Record<string, string>> = {}): CliRun =>
  runCli(['policy', 'test', ...args], { cwd, env });

describe('policy test', () => {
  it('runs what lies below the folder, and says so to standard error', () => {
    const { status, stdout, stderr } = test([]);
    expect(stderr).toContain('3 tests passed, 11 compared');
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('tells what policies were shown and hit', () => {
    const { status, stdout, stderr } = test([
      '--coverage',
      '--format',
      'json',
      '--format',
      'text',
      '--filter',
      'nothing else',
    ]);
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as JsonTests;
    expect(report.coverage).toEqual([
      {
        source: 'scenario.yaml',
        scope: '/',
        policy: '#redaction.apply',
        asked: 1,
        edges: [
          { edge: '/caller.agent', hit: true, expected: true },
          { edge: 'exports.status', hit: false, expected: true },
        ],
        selections: [],
        selectionsLeftOut: 0,
        neverHit: [],
      },
    ]);
    expect(stderr).toContain(
      '#redaction.apply of / in scenario.yaml: asked 1x, 2 edges shown, 1 hit, 2 named by a test',
    );
  });

  it('does not depend on the environment of the shell', () => {
    // Would make a required value a number, where the policy reads it.
    const { status, stderr } = test([], { HEADGATE_CONFIG_LAUNCH_CODE: '', AMBER_CONFIG_LAUNCH_CODE: '' });
    expect(stderr).toContain('3 tests passed');
    expect(status).toBe(0);
  });

  it('fails with the place of the expectation, and writes reports to files', () => {
    mkdirSync(join(cwd, 'more'));
    writeFileSync(
      join(cwd, 'more', 'wrong.policy-test.json5'),
      "{ scenario: '..', tests: [{ name: 'w', expect: { untouched: ['/caller.agent'] } }] }\n",
    );
    const { status, stdout, stderr } = test(['more', '--format', 'junit=junit.xml', '--format', 'text']);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('--> more/wrong.policy-test.json5:1:62');
    expect(readFileSync(join(cwd, 'junit.xml'), 'utf8')).toContain('failures="1"');
  });

  it('fails when a policy does', () => {
    const broken = join(temp.path, 'broken');
    cpSync('examples/redaction', broken, { recursive: true });
    writeFileSync(join(broken, 'policy-python', 'policy.py'), 'raise SystemExit("no policy today")\n');
    const { status, stderr } = runCli(['policy', 'test', '--filter', 'references'], { cwd: broken });
    expect(status).toBe(1);
    expect(stderr).toContain('`govern/policy-start`: policy');
  });

  it.each([
    [['--format', 'xml'], 'there is no such format'],
    [['--format', 'json', '--format', 'junit'], 'two formats write to standard output'],
    [
      ['--policy', 'redactio=http://127.0.0.1:9'],
      'no scenario of these tests has such a policy; did you mean `redaction`?',
    ],
    [['--nonsense'], 'unknown option'],
    [[''], 'one of the paths is empty'],
    [['--format', 'json=./redaction.policy-test.yaml'], 'would overwrite `./redaction.policy-test.yaml`'],
    [['--format', 'json=scenario.yaml'], 'would overwrite `scenario.yaml`'],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = test(['redaction.policy-test.yaml', '--filter', 'nothing else', ...args]);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  it('runs the suite of the harness, with policies that run already', async () => {
    const served = await servePolicies({ audit, gate });
    try {
      const running = [...served.urls].flatMap(([name, url]) => ['--policy', `${name}=${url}`]);
      // Not the blocking one: the policies are in this process.
      const ran = await startCli(['policy', 'test', suitePath, ...running], { cwd: '.' }).ended;
      expect(ran.stderr).toMatch(/1\d tests passed/);
      expect(ran.status).toBe(0);
    } finally {
      await served.close();
    }
  });
});
