/** sdk/python: its own tests, its types, its installation, and that it answers with the same bytes as the SDK for TypeScript. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson, type JsonValue } from '../../src/base/json.ts';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { type Policy, PolicyError, servePolicy } from '../../src/policy/sdk/index.ts';
import { policies } from '../fixtures/policy-sdk/policies.ts';
import { runCli } from '../support/cli.ts';
import { filesBelow } from '../support/harness.ts';
import { fencesOf } from '../support/pages.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const sdk = resolve('sdk/python');
const venv = join(temp.path, 'venv');
const python = join(venv, 'bin', 'python');
const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
beforeAll(() => {
  const made = run('python3', ['-m', 'venv', venv]);
  expect(made.status, made.output).toBe(0);
});
/** No caches in the tree. */
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: join(sdk, 'src') };

function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string } = {},
) {
  const ran = spawnSync(command, args, { cwd: sdk, env, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (ran.error) throw ran.error;
  return { status: ran.status, output: ran.stdout + ran.stderr, stdout: ran.stdout };
}

describe('the package', () => {
  it('passes its own tests', () => {
    const { status, output } = run('python3', ['-m', 'pytest', '-p', 'no:cacheprovider', '.']);
    expect(status, output).toBe(0);
    expect(output).toMatch(/\b[1-9]\d+ passed/);
    expect(output).not.toMatch(/skipped|xfailed/);
  });

  it('has types that mypy finds no fault with', () => {
    const tools = run('bash', [resolve('scripts/install-python-tools.sh')]);
    expect(tools.status, tools.output).toBe(0);
    const mypy = join(tools.stdout.trim(), 'bin', 'mypy');
    const { status, output } = run(mypy, ['--cache-dir', join(temp.path, 'mypy')]);
    expect(status, output).toBe(0);
  });

  it('installs with pip, types and all, in the version of headgate, and leaves nothing behind', () => {
    const copy = join(temp.path, 'python');
    cpSync(sdk, copy, { recursive: true });
    const before = filesBelow(copy);
    const installed = run(python, [...pip, copy]);
    expect(installed.status, installed.output).toBe(0);
    // Whoever installs from a checkout finds it as it was.
    expect(filesBelow(copy)).toEqual(before);
    const script = [
      'import headgate_policy, importlib.metadata, os',
      'folder = os.path.dirname(headgate_policy.__file__)',
      'print(os.path.exists(os.path.join(folder, "py.typed")), importlib.metadata.version("headgate-policy"), folder)',
      'print([d for d in importlib.metadata.requires("headgate-policy") or []])',
    ].join('\n');
    const { stdout } = run(python, ['-I', '-c', script], { cwd: temp.path });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(stdout).toContain(`True ${version} ${venv}`);
    expect(stdout).toContain('[]');
  });
});

/** Questions that compiles of the golden cases asked, and some that are none. */
const questions: readonly string[] = [
  ...new Set(
    filesBelow('golden')
      .filter((path) => /\/expected\/requests\/.*\.json$/.test(path))
      .map((path) => readFileSync(join('golden', path), 'utf8')),
  ),
  '{}',
  '[]',
  '{"scope": {"components": [], "bindings": [], "imports": [], "exports": []}}',
  '{"scope": {"components": [{}], "bindings": [], "imports": [], "exports": []}}',
  '{"scope": {"components": [{"id": 0}], "bindings": [{"id": 0}], "imports": [], "exports": []}}',
  '{"scope": {"components": [{"id": 1.0, "moniker": "/ö", "parent": null}], "bindings": [], "imports": [{"id": 3, "to": {"component": 1, "name": "s"}, "capability": {"kind": "llm"}}], "exports": []}}',
];

function answered(policy: Policy, question: string): string {
  try {
    return canonicalJson(policy.answer(question, { scope: '/tëam', policy: '#p.x' }) as unknown as JsonValue);
  } catch (error) {
    if (error instanceof PolicyError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('answers of both SDKs', () => {
  it('are the same bytes', () => {
    const asked = policies.flatMap((policy) => questions.map((question) => ({ policy, question })));
    const input = asked.map(({ policy, question }) => `${JSON.stringify([policy.name, question])}\n`).join('');
    const { status, stdout, output } = run('python3', [resolve('test/fixtures/policy-sdk/policies.py')], { input });
    expect(status, output).toBe(0);
    const inPython = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string);
    const inTypeScript = asked.map(({ policy, question }) => answered(policy, question));
    expect(inPython).toEqual(inTypeScript);
    expect(questions.length).toBeGreaterThan(30);
    expect(inTypeScript.filter((text) => text.includes('"interposer"')).length).toBeGreaterThan(30);
    expect(inTypeScript.filter((text) => text.includes('empty-selection')).length).toBeGreaterThan(30);
    for (const code of ['request', 'selection', 'config', 'finding', 'edge', 'interposer']) {
      expect(inTypeScript.some((text) => text.startsWith(`${code}: `))).toBe(true);
    }
  });
});

/** Serves a policy of the fixture with the SDK for Python until `end`. */
async function serveInPython(name: string): Promise<{ readonly url: string; readonly end: () => void }> {
  const script = `from policies import POLICIES; from headgate_policy import serve; serve(POLICIES["${name}"], port=0, config={})`;
  const cwd = resolve('test/fixtures/policy-sdk');
  const child = spawn('python3', ['-u', '-c', script], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const url = await new Promise<string>((done, fail) => {
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
      const found = /listening on (\S+)/.exec(said)?.[1];
      if (found !== undefined) done(found);
    });
    child.once('exit', () => fail(new Error(said)));
  });
  return { url, end: () => child.kill('SIGKILL') };
}

describe('servers of both SDKs', () => {
  it.each(['selections', 'everything', 'findings'])(
    'send the same bytes, and tell the same of selections: %s',
    async (name) => {
      const inPython = await serveInPython(name);
      const policy = policies.find((one) => one.name === name) as Policy;
      const inTypeScript = await servePolicy(policy, { port: 0, config: {}, signals: false, log: () => {} });
      const ask = async (url: string, body: string): Promise<readonly (string | number | null)[]> => {
        const headers = { 'headgate-scope': '/t%C3%ABam', 'headgate-policy': '#p.x' };
        const response = await fetch(url, { method: 'POST', headers, body });
        return [response.status, response.headers.get('headgate-selections'), await response.text()];
      };
      try {
        for (const question of questions.slice(0, 12)) {
          const answer = await ask(inTypeScript.url, question);
          expect(await ask(inPython.url, question)).toEqual(answer);
          if (answer[0] === 200) expect(answer[1] !== null).toBe(name === 'selections');
        }
      } finally {
        inPython.end();
        await inTypeScript.close();
      }
    },
  );
});

/** The SDK beside a policy, as the guide says. */
function vendor(folder: string): void {
  const copy = join(folder, '.sdk');
  cpSync(sdk, copy, { recursive: true });
  const installed = run(python, [...pip, '--target', join(folder, 'vendor'), copy]);
  expect(installed.status, installed.output).toBe(0);
}

describe('policies on the SDK, in the sandbox', () => {
  it('do what docs/policies/sdk-python.md says', () => {
    const folder = temp.lay(
      Object.fromEntries(
        fencesOf(readFileSync('docs/policies/sdk-python.md', 'utf8'))
          .filter(({ info }) => info.includes('/'))
          .map(({ info, text }) => [info, text]),
      ),
    );
    vendor(join(folder, 'audit'));
    const { status, stderr } = runCli(['policy', 'test'], { cwd: folder });
    expect(stderr).toContain('2 tests passed');
    expect(status).toBe(0);
  });

  it('redact like the plain one of examples/redaction', () => {
    const folder = temp.lay({});
    cpSync('examples/redaction', folder, { recursive: true });
    vendor(join(folder, 'policy-python-sdk'));
    const plans = ['scenario.yaml', 'scenario-python-sdk.yaml'].map((scenario) => {
      const { status, stdout, stderr } = runCli(['compile', scenario], { cwd: folder });
      expect(status, stderr).toBe(0);
      return JSON.parse(stdout) as DeploymentPlan;
    });
    const redactors = plans.map((plan) => plan.components.find(({ manifest }) => manifest === null));
    const [plain, onSdk] = redactors;
    expect(onSdk?.config).toEqual(plain?.config);
    expect(onSdk?.configSchema).toEqual(plain?.configSchema);
    expect(plans.map(({ policies: asked }) => asked.map(({ edgesMatched }) => edgesMatched))).toEqual([[1], [1]]);
    const [first, second] = plans.map(({ edges }) => edges.map(({ id, hop, to }) => [id, hop, to.component]));
    expect(second).toEqual(first);
    const programs = redactors.map((redactor) => redactor?.program as { readonly env: object } | undefined);
    expect(programs[1]?.env).toEqual(programs[0]?.env);
  });
});
