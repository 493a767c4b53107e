/** action.yml: its steps run as a GitHub runner runs them, up to the actions of others that it calls. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cliPath } from '../support/cli.ts';
import { type ActionRun, readAction, runAction, type Step } from '../support/github-action.ts';
import { createTempFolder, smallScenario } from '../support/temp-folder.ts';

const action = readAction('action.yml');
const temp = createTempFolder();
afterAll(temp.remove);

/** Stands for the repository of the action: `npm ci` builds the same command line without the registry. */
let actionFolder = '';
beforeAll(() => {
  const manifest = { name: 'headgate', version: '9.9.9', scripts: { prepare: 'node build.mjs' } };
  const lock = { ...manifest, lockfileVersion: 3, packages: { '': manifest } };
  actionFolder = temp.lay({
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify(lock),
    'build.mjs': `import fs from 'node:fs';\nfs.mkdirSync('dist', { recursive: true });\nfs.rmSync('dist/cli.cjs', { force: true });\nfs.symlinkSync(${JSON.stringify(cliPath)}, 'dist/cli.cjs');\n`,
  });
});

const good = smallScenario;
/** One error. */
const bad = `${smallScenario}exports:\n  e: "#gone.api"\n`;
/** One warning: a program that nothing takes from. */
const odd = `${smallScenario}program: { path: /bin/true, network: { endpoints: [{ name: http, port: 8080 }] } }\n`;

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Pick<Step, 'uses' | 'with'>[] }>>;
}
interface Run extends ActionRun {
  readonly workspace: string;
  readonly results: readonly SarifResult[];
}
interface SarifResult {
  readonly ruleId: string;
  readonly level: string;
  readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }[];
}

function run(
  files: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Run {
  const workspace = temp.lay({ '.keep': '', ...files });
  const surroundings = { workspace, actionFolder, temp: join(temp.lay({}), 'runner temp'), inputs, env };
  mkdirSync(surroundings.temp);
  const done = runAction(action, surroundings);
  const file = done.outputs['sarif-file'] ?? '';
  const results =
    file === ''
      ? []
      : (JSON.parse(readFileSync(resolve(workspace, file), 'utf8')) as { runs: { results: SarifResult[] }[] }).runs[0]
          ?.results;
  return { ...done, workspace, results: results ?? [] };
}
const uris = ({ results }: Run): readonly string[] =>
  results.flatMap(({ locations }) => locations.map((one) => one.physicalLocation.artifactLocation.uri));

describe('action.yml', () => {
  it('puts no expression into a script', () => {
    for (const { name, run: script } of action.runs.steps) expect(script ?? '', name).not.toContain('${{');
  });

  it('describes every input and output', () => {
    for (const [name, one] of Object.entries({ ...action.inputs, ...action.outputs })) {
      expect(one.description, name).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('is described in docs/ci.md, with a workflow that gives it what it takes', () => {
    const page = readFileSync('docs/ci.md', 'utf8');
    const cells = [...page.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell = '']) =>
      cell.replaceAll('`', '').split(', '),
    );
    const names = [...Object.keys(action.inputs), ...Object.keys(action.outputs)];
    expect(names.filter((name) => !cells.includes(name))).toEqual([]);
    const workflow = parse(/^```yaml \.github.*?\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '') as Workflow;
    const [, used] = workflow.jobs['check']?.steps ?? [];
    expect(Object.keys(used?.with ?? {}).filter((name) => !(name in action.inputs))).toEqual([]);
    expect(used?.uses).toMatch(/^OWNER\/headgate@v/);
  });

  it('passes with a scenario without a problem', () => {
    const done = run({ 'scenario.yaml': good });
    expect(done.status, done.log).toBe(0);
    expect(done.outputs).toMatchObject({ errors: '0', warnings: '0' });
    expect(done.results).toEqual([]);
    expect(done.called).toEqual([{ uses: 'actions/setup-node@v4', with: { 'node-version': '22' } }]);
    expect(done.path.map((folder) => readdirSync(folder))).toEqual([['headgate']]);
  });

  it('fails with errors, and shows them where they are', () => {
    const done = run({ 'a b/scenario.yaml': bad, 'c/scenario.yaml': good });
    expect(done.status).toBe(1);
    expect(done.outputs).toMatchObject({ errors: '1', warnings: '0' });
    expect(done.results.map(({ ruleId, level }) => [ruleId, level])).toEqual([['check/unknown-export-child', 'error']]);
    expect(done.log).toMatch(/^::error .*file=a b\/scenario\.yaml,.*line=3\b.*::/m);
    expect(done.log).toContain('headgate: 1 errors, 0 warnings');
  });

  it('passes with warnings, unless told to fail with them', () => {
    const lenient = run({ 'scenario.yaml': odd });
    expect([lenient.status, lenient.outputs['warnings']], lenient.log).toEqual([0, '1']);
    expect(lenient.log).toMatch(/^::warning .*file=scenario\.yaml/m);
    const strict = run({ 'scenario.yaml': odd }, { 'fail-on': 'warning' });
    expect([strict.status, strict.outputs['warnings']]).toEqual([1, '1']);
    expect(run({ 'scenario.yaml': good }, { 'fail-on': 'warning' }).status).toBe(0);
    const denied = run({ 'scenario.yaml': odd }, { args: '--deny "warnings"' });
    expect([denied.status, denied.outputs['errors']]).toEqual([1, '1']);
  });

  it('hands the file over when told to, also when there are errors', () => {
    const files = { 'scenario.yaml': bad };
    const done = run(files, { 'upload-sarif': 'true', sarif: 'out/x.sarif', category: 'shop' });
    expect(done.status).toBe(1);
    expect(done.outputs['sarif-file']).toBe('./out/x.sarif');
    expect(done.called.at(-1)).toEqual({
      uses: 'github/codeql-action/upload-sarif@v4',
      with: { sarif_file: './out/x.sarif', category: 'shop' },
    });
    expect(run(files).called).toHaveLength(1);
  });

  it('prints text for people where no annotations are wanted', () => {
    const done = run({ 'scenario.yaml': bad }, { annotations: 'false' });
    expect(done.log).not.toContain('::error');
    expect(done.log).toContain('error[check/unknown-export-child]');
  });

  it('takes several paths, from a folder, and names files from the root', () => {
    const files = { 'in/one/scenario.yaml': bad, 'in/two x.yaml': bad, 'in/three.yaml': bad };
    const done = run(files, { paths: 'one\r\n\ntwo x.yaml\n', 'working-directory': 'in' });
    expect(done.status).toBe(1);
    expect([...uris(done)].sort().map(decodeURI)).toEqual(['in/one/scenario.yaml', 'in/two x.yaml']);
  });

  it('runs nothing that an input says', () => {
    const evil = '$(touch ran) `touch ran`; touch ran\n"; touch ran; "\n--stdin-file\n-D';
    for (const input of ['paths', 'sarif', 'fail-on', 'working-directory', 'upload-sarif', 'annotations', 'category']) {
      const done = run({ 'scenario.yaml': good }, { [input]: evil.replaceAll('/', '') });
      expect(existsSync(join(done.workspace, 'ran')), input).toBe(false);
    }
    const args = run({ 'scenario.yaml': good }, { args: '-D "$(touch ran)" `touch ran`;touch ran' });
    expect([args.status, existsSync(join(args.workspace, 'ran'))]).toEqual([2, false]);
    const versions = run({ 'scenario.yaml': good }, { version: '1; touch ran' }, { npm_config_offline: 'true' });
    expect([versions.status === 0, existsSync(join(versions.workspace, 'ran'))]).toEqual([false, false]);
  });

  it.each([
    [{ 'fail-on': 'warn' }, 'fail-on must be error or warning'],
    [{ annotations: 'yes' }, 'annotations must be true or false'],
    [{ 'upload-sarif': 'yes' }, 'upload-sarif must be true or false'],
    [{ sarif: 'a\nb=c' }, 'sarif must be one path'],
    [{ paths: '\n' }, 'paths names nothing to check'],
    [{ args: '-D "warnings' }, 'args has a quote that is not closed'],
    [{ 'working-directory': 'gone' }, 'working-directory is no folder of the repository'],
    [{ args: '--no-such-option' }, 'unknown option'],
  ] as const)('refuses %j', (inputs, message) => {
    const done = run({ 'scenario.yaml': good }, inputs);
    expect([done.status, done.outputs['sarif-file']]).toEqual([2, '']);
    expect(done.log).toContain(message);
  });

  it('fails for a path that is not there', () => {
    const done = run({ 'scenario.yaml': good }, { paths: '-x.yaml' });
    expect([done.status, done.outputs['errors']], done.log).toEqual([1, '1']);
  });

  it('fails when headgate does', () => {
    const crash = join(
      temp.lay({ 'crash.mjs': "if (process.argv.includes('check')) process.exit(70);\n" }),
      'crash.mjs',
    );
    const done = run({ 'scenario.yaml': good }, {}, { NODE_OPTIONS: `--import=${crash}` });
    expect([done.status, done.outputs['sarif-file']], done.log).toEqual([70, '']);
  });

  it('installs the version that is asked for', () => {
    const folder = temp.lay({
      'package.json': JSON.stringify({ name: 'headgate', version: '3.0.0', bin: { headgate: 'dist/cli.cjs' } }),
      'dist/cli.cjs': `import(${JSON.stringify(cliPath)});\n`,
    });
    const done = run({ 'scenario.yaml': bad }, { version: `file:${folder}` }, { npm_config_offline: 'true' });
    expect([done.status, done.outputs['errors']], done.log).toEqual([1, '1']);
  });

  it('takes the Node that is there when told to', () => {
    const done = run({ 'scenario.yaml': good }, { 'node-version': '' });
    expect([done.status, done.called]).toEqual([0, []]);
  });
});
