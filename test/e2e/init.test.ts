/** `init`: what it writes works at once, and it writes over nothing. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'prettier';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fillTemplate, type Language, languages, templateFiles } from '../../src/cli/init/templates.ts';
import { judgeProject, type NewProject, writeProject } from '../../src/cli/init/write.ts';
import type { NewFileText } from '../../src/cli/new-files.ts';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { type CliRun, cliPath, runCli } from '../support/cli.ts';
import { filesBelow } from '../support/harness.ts';
import { send } from '../support/loopback.ts';
import { type RunningPlan, runPlan } from '../support/run-plan.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const bin = join(temp.path, 'bin');
/** Machines of contributors may have no sandbox; then what is written still has to work without one. */
let sandbox: readonly string[] = [];
beforeAll(() => {
  mkdirSync(bin);
  symlinkSync(cliPath, join(bin, 'headgate'));
  const { stderr } = runCli(['compile', resolve('templates/python/scenario.yaml')], { cwd: temp.path });
  if (stderr.includes('govern/policy-sandbox') && process.env['CI'] === undefined) sandbox = ['--no-sandbox'];
});
let running: RunningPlan | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
afterAll(temp.remove);

/** Of a project that nothing is in the way of. */
async function placesOf(project: NewProject): Promise<readonly NewFileText[]> {
  const places = await judgeProject(project);
  if ('code' in places) throw new Error(places.message);
  return places;
}

const init = (cwd: string, ...args: readonly string[]): CliRun => runCli(['init', ...args], { cwd });

/** A new scenario in a folder of its own, ready for its tests. */
function create(language: Language): string {
  const cwd = temp.lay({});
  const { status, stdout } = init(cwd, 'a shop', '--lang', language);
  expect([status, stdout.split('\n').length]).toEqual([0, templateFiles[language].length + 1]);
  const folder = join(cwd, 'a shop');
  if (language === 'typescript') symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Its own tests, as its README says. */
function runTests(language: Language, folder: string, env: Readonly<Record<string, string>> = {}) {
  const [command = '', ...args] = language === 'python' ? ['python3', '-m', 'unittest'] : ['npm', 'test'];
  const { HOME = '', PATH = '' } = process.env;
  const surroundings = { HOME, PATH: `${bin}:${PATH}`, HEADGATE_ARGS: sandbox.join(' '), ...env };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env: surroundings, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

const policyOf = { python: 'policy/audit.py', typescript: 'policy/src/audit.ts' } as const;

describe.each(languages)('init --lang %s', (language) => {
  it('writes tests that pass', () => {
    const { status, output } = runTests(language, create(language));
    expect(output).toMatch(language === 'python' ? /^Ran 6 tests[\s\S]*^OK$/m : /^# pass 6$[\s\S]*^# fail 0$/m);
    expect(status).toBe(0);
  });

  it('writes tests that see a policy which does nothing', () => {
    const folder = create(language);
    const path = join(folder, policyOf[language]);
    const before = readFileSync(path, 'utf8');
    const after = before.replace(/(== ?=?) ?(['"])http\2/, '$1 $2storage$2');
    expect(after).not.toBe(before);
    writeFileSync(path, after);
    const { status, output } = runTests(language, folder);
    expect(status).toBe(1);
    expect(output).toMatch(language === 'python' ? /FAILED \(failures=\d/ : /^not ok \d - nothing goes around it$/m);
  });

  it('writes tests that see a policy which is not asked', () => {
    const folder = create(language);
    const path = join(folder, 'scenario.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('policies: ["#audit.record"]', 'policies: []'));
    const { status, output } = runTests(language, folder);
    expect(status).toBe(1);
    expect(output).toMatch(language === 'python' ? 'FAIL: test_nothing_goes_around_it' : 'not ok 6 - nothing goes');
  });

  it('writes tests that say what headgate said, and that it is missing', () => {
    const folder = create(language);
    const path = join(folder, 'web/manifest.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('slots.notes.url', 'slots.note.url'));
    const broken = runTests(language, folder, { HEADGATE: join(bin, 'headgate') });
    expect(broken.output).toContain('web/manifest.yaml:');
    const missing = runTests(language, folder, { HEADGATE: join(temp.path, 'nowhere') });
    expect([broken.status, missing.status]).toEqual([1, 1]);
    expect(missing.output).toContain('nowhere');
  });

  it('writes a scenario without a diagnostic, which runs', async () => {
    const folder = create(language);
    const check = runCli(['check', '-D', 'warnings'], { cwd: folder });
    expect([check.status, check.stderr]).toEqual([0, 'checked 1 scenario\n']);
    if (language === 'typescript') {
      const unbuilt = runCli(['compile', 'scenario.yaml', ...sandbox], { cwd: folder });
      expect(unbuilt.status).toBe(1);
      expect(unbuilt.stderr).toContain('the policy is not built: run `npm install` and `npm run build`');
      expect(spawnSync('npm', ['run', 'build'], { cwd: folder }).status).toBe(0);
    }
    const compiled = runCli(['compile', 'scenario.yaml', ...sandbox], { cwd: folder });
    expect(compiled.stderr.replace(/^warning: --no-sandbox.*\n/, '')).toBe('');
    running = await runPlan(JSON.parse(compiled.stdout) as DeploymentPlan);
    const recorded = `${running.urlOf('/__overlay_0_0.downstream')}/notes`;
    const added = await send(recorded, { method: 'POST', headers: {}, body: 'Ship <it>' });
    expect([added.status, added.headers['content-type']]).toEqual([201, 'application/json']);
    const page = await send(running.exports['page'] as string, { method: 'GET', headers: {}, body: '' });
    expect(page.body).toMatch(/<li>Wire it<\/li><li>Govern it<\/li><li>Ship &(lt|#60);it&(gt|#62);<\/li>/);
    const ended = await running.stop();
    expect(ended).toEqual({ '/__overlay_0_0': 0, '/notes': 0, '/web': 0 });
  });

  it('writes what prettier leaves as it is', async () => {
    for (const { path, text } of fillTemplate(language, 'a-shop')) {
      if (!/\.(yaml|json|md)$/.test(path)) continue;
      expect(await format(text, { filepath: path }), path).toBe(text);
    }
  });

  it('writes every file of its template, and no other', () => {
    const left = /(^|\/)(node_modules|__pycache__|dist)\//;
    const there = filesBelow(`templates/${language}`).filter((path) => !left.test(path));
    expect(there.sort()).toEqual([...templateFiles[language]].sort());
  });
});

describe('init', () => {
  it.each([
    ['shop', 'shop'],
    ['My Shop!', 'my-shop'],
    ['Größe', 'gro-e'],
    ['Café', 'cafe'],
    ['日本', 'scenario'],
    ['._-', 'scenario'],
    ['headgate', 'headgate-scenario'],
    ['Node_Modules', 'node_modules-scenario'],
    ["it's $(touch x) `y`", 'it-s-touch-x-y'],
    ['a/b', 'b'],
    ['null', 'null'],
    ['-x', 'x'],
  ])('names %j %s', (typed, name) => {
    const cwd = temp.lay({});
    const { status, stderr } = init(cwd, '--lang', 'typescript', '--', typed);
    expect(status).toBe(0);
    const folder = join(cwd, typed);
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name).toBe(name);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`# ${name}\n`);
    expect(runCli(['check', './scenario.yaml'], { cwd: folder }).stderr).toBe('');
    // The line to copy leads there in a shell.
    const cd = /^ {2}(cd .*)$/m.exec(stderr)?.[1] as string;
    const went = spawnSync('sh', ['-c', `${cd} && pwd`], { cwd, encoding: 'utf8' });
    expect([went.stdout, went.stderr]).toEqual([`${folder}\n`, '']);
  });

  it('takes a name that is given, and refuses one that cannot be', () => {
    const cwd = temp.lay({});
    expect(init(cwd, 'x', '--name', 'shop.2').status).toBe(0);
    expect(readFileSync(join(cwd, 'x/scenario.yaml'), 'utf8')).toContain('name: "shop.2"');
    const refused = init(cwd, 'y', '--name', '../y');
    expect([refused.status, existsSync(join(cwd, 'y'))]).toEqual([2, false]);
    expect(refused.stderr).toContain('`y` would do');
    expect(init(cwd, '').status).toBe(2);
    expect(init(cwd, 'y', '--lang', 'cobol').status).toBe(2);
  });

  it('writes into the current folder, beside other things', () => {
    const cwd = temp.lay({ LICENSE: 'mine', 'notes/own.txt': 'mine' });
    const { status, stdout, stderr } = init(cwd);
    expect(status).toBe(0);
    expect(stdout).toContain('\nscenario.yaml\n');
    expect(stderr).not.toContain('  cd ');
    expect(readFileSync(join(cwd, 'notes/own.txt'), 'utf8')).toBe('mine');
  });

  it('writes over nothing: names what is there, and changes nothing', () => {
    const mine = { 'README.md': 'mine', 'notes/notes.py': 'mine', web: 'mine' };
    const cwd = temp.lay(mine);
    symlinkSync('nowhere', join(cwd, 'headgate.yaml'));
    const { status, stdout, stderr } = init(cwd, '--lang', 'python');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      'error[cli/init-files-exist]: `README.md`, `headgate.yaml`, `notes/notes.py`, `web` are there already',
    );
    expect(existsSync(join(cwd, 'nowhere'))).toBe(false);
    rmSync(join(cwd, 'headgate.yaml'));
    expect(filesBelow(cwd)).toEqual(Object.keys(mine).sort());
    expect(init(cwd, 'web').stderr).toContain('cli/init-folder');
    expect(init(cwd, 'web/deep').stderr).toContain('path is not a folder');
  });

  it('takes everything back when something cannot be written', async () => {
    const cwd = temp.lay({ 'a/b/kept.txt': 'mine' });
    const long = 'x'.repeat(300);
    const files = [
      { path: 'one.txt', text: '1' },
      { path: 'c/d/two.txt', text: '2' },
      { path: `c/${long}`, text: '3' },
    ];
    const write = async (shown: string) => writeProject(await placesOf({ folder: join(cwd, shown), shown, files }));
    const found = await write('a/b');
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('the name is too long')]);
    expect(filesBelow(cwd)).toEqual(['a/b/kept.txt']);
    expect(existsSync(join(cwd, 'a/b/c'))).toBe(false);
    await write('new/deep');
    expect(existsSync(join(cwd, 'new'))).toBe(false);
  });

  it('never writes over what comes into being meanwhile', async () => {
    const cwd = temp.lay({});
    const files = ['one.txt', 'two.txt'].map((path) => ({ path, text: 'new' }));
    const places = await placesOf({ folder: cwd, shown: '.', files });
    writeFileSync(join(cwd, 'two.txt'), 'mine');
    const found = await writeProject(places);
    expect(found.map(({ code }) => code)).toEqual(['cli/init-files-exist']);
    expect(filesBelow(cwd)).toEqual(['two.txt']);
    expect(readFileSync(join(cwd, 'two.txt'), 'utf8')).toBe('mine');
  });

  it.each(['.', 'web'])('writes nothing where a link was put in the place of a folder meanwhile: %s', async (name) => {
    const top = temp.lay({ 'project/web/kept.txt': '', 'victim/web/kept.txt': '' });
    const folder = join(top, 'project');
    const files = [{ path: 'web/one.txt', text: 'new' }];
    const places = await placesOf({ folder, shown: 'project', files });
    renameSync(join(folder, name), join(top, 'aside'));
    symlinkSync(join(top, 'victim', name), join(folder, name).replace(/\/$/, ''));
    const [found] = await writeProject(places);
    expect(found).toMatchObject({ code: 'cli/output-not-writable' });
    expect(filesBelow(join(top, 'victim'))).toEqual(['web/kept.txt']);
  });

  it('tells how headgate is called from there', () => {
    const cwd = temp.lay({});
    const steps = (folder: string, PATH: string): string => runCli(['init', folder], { cwd, env: { PATH } }).stderr;
    const system = '/usr/bin:/bin';
    expect(steps('a', `${bin}:${system}`)).toContain('\n  headgate compile scenario.yaml\n');
    expect(steps('b', system)).toContain(`\n  export HEADGATE=${cliPath}\n`);
    mkdirSync(join(cwd, 'node_modules/.bin'), { recursive: true });
    symlinkSync(cliPath, join(cwd, 'node_modules/.bin/headgate'));
    expect(steps('c', `${cwd}/node_modules/.bin:${system}`)).toContain('\n  npx headgate compile scenario.yaml\n');
  });
});
