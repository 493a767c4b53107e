/** `policy init`: what it writes works at once, and it writes over nothing. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format } from 'prettier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fillPolicyTemplate,
  type PolicyLanguage,
  policyLanguages,
  policyTemplateFiles,
  policyTemplateFolder,
} from '../../src/cli/init/policy-templates.ts';
import { cliPath, runCli } from '../support/cli.ts';
import { filesBelow } from '../support/harness.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const bin = join(temp.path, 'bin');
beforeAll(() => {
  mkdirSync(bin);
  symlinkSync(cliPath, join(bin, 'headgate'));
});

/** A new policy in a folder of its own, with what npm would install. */
function create(lang: PolicyLanguage): string {
  const cwd = temp.lay({});
  const { status, stdout, stderr } = runCli(['policy', 'init', 'a policy', '--lang', lang], {
    cwd,
    env: { PATH: bin },
  });
  expect(status, stderr).toBe(0);
  expect(stdout.split('\n').length - 1).toBe(fillPolicyTemplate(lang, 'x').length);
  expect(stderr).toContain("Created a-policy: a policy and its tests. Next:\n  cd 'a policy'\n");
  const folder = join(cwd, 'a policy');
  if (lang === 'ts') {
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['typescript', '@types', '@typescript', 'undici-types'])
      symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
    symlinkSync(resolve('.'), join(folder, 'node_modules/headgate'));
  }
  return folder;
}

interface Ran {
  readonly status: number | null;
  readonly output: string;
}

function run(folder: string, command: string, ...args: readonly string[]): Ran {
  const { HOME = '', PATH = '' } = process.env;
  const env = { HOME, PATH: `${bin}:${PATH}` };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

const tests: Readonly<Record<PolicyLanguage, (folder: string) => readonly Ran[]>> = {
  ts: (folder) => [run(folder, 'npm', 'test')],
  python: (folder) => [run(folder, 'python3', '-m', 'unittest'), run(folder, 'headgate', 'policy', 'test')],
};

/** The types in dist/ are those of the last whole build, if any; types have a test of their own. */
const withoutTypes = (folder: string): void => {
  const path = join(folder, 'tsconfig.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"strict": true', '"strict": true, "noCheck": true'));
};

describe.each(policyLanguages)('policy init --lang %s', (lang) => {
  it('writes tests that pass, and that fail when the policy does nothing', () => {
    const folder = create(lang);
    if (lang === 'ts') withoutTypes(folder);
    const passed = tests[lang](folder);
    const all = passed.map(({ output }) => output).join('\n');
    expect(
      passed.map(({ status }) => status),
      all,
    ).toEqual(passed.map(() => 0));
    expect(all).toMatch(lang === 'ts' ? /^# pass 4$/m : /^Ran 4 tests[\s\S]*^OK$/m);
    expect(all).toContain('2 tests passed');

    const path = join(folder, lang === 'ts' ? 'src/policy.ts' : 'policy.py');
    const before = readFileSync(path, 'utf8');
    const idle = before.replace('recorder.on(between)', '[]');
    expect(idle).not.toBe(before);
    writeFileSync(path, idle);
    expect(tests[lang](folder).map(({ status }) => status === 0)).toEqual(passed.map(() => false));
    if (lang === 'ts') expect(run(folder, 'headgate', 'policy', 'test').status).toBe(1);
  });

  it('writes what prettier leaves as it is', async () => {
    for (const { path, text } of fillPolicyTemplate(lang, 'a-policy')) {
      if (!/\.(yaml|json|md)$/.test(path)) continue;
      expect(await format(text, { filepath: path }), path).toBe(text);
    }
  });

  it('writes every file of its template, and no other', () => {
    const folder = `templates/${policyTemplateFolder[lang]}`;
    const left = /(^|\/)(node_modules|__pycache__|dist|vendor)\//;
    const there = filesBelow(folder).filter((path) => !left.test(path));
    expect([...there].sort()).toEqual([...policyTemplateFiles[lang]].sort());
  });
});

describe('policy init', () => {
  it('writes TypeScript that fits the types of the SDK', () => {
    const options = JSON.parse(readFileSync('templates/policy-typescript/tsconfig.json', 'utf8')) as {
      readonly compilerOptions: object;
    };
    const { rootDir: _, outDir: __, ...compilerOptions } = options.compilerOptions as Record<string, unknown>;
    const paths = { 'headgate/policy': [resolve('src/policy/sdk/index.ts')] };
    const folder = temp.lay({
      'tsconfig.json': JSON.stringify({
        compilerOptions: { ...compilerOptions, paths, noEmit: true, typeRoots: [resolve('node_modules/@types')] },
        include: [resolve('templates/policy-typescript/src')],
      }),
    });
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const { status, output } = run(folder, process.execPath, tsc, '-p', '.');
    expect([status, output]).toEqual([0, '']);
    const path = join(folder, 'wrong.ts');
    writeFileSync(path, "import { finding } from 'headgate/policy';\nfinding('fatal', 'x');\n");
    const config = readFileSync(join(folder, 'tsconfig.json'), 'utf8').replace(/"include":.*/, '"include":["."]}');
    writeFileSync(join(folder, 'tsconfig.json'), config);
    expect(run(folder, process.execPath, tsc, '-p', '.').output).toContain('"fatal"');
  });

  it('asks for the headgate that wrote it', () => {
    const cwd = temp.lay({});
    runCli(['policy', 'init', '--name', 'mine'], { cwd });
    const made = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')) as {
      readonly name: string;
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    expect([made.name, made.devDependencies['headgate']]).toEqual(['mine', `^${version}`]);
  });

  it('names the headgate that ran where the shell would not find it', () => {
    const { stderr } = runCli(['policy', 'init', '--lang', 'python'], { cwd: temp.lay({}), env: { PATH: '/bin' } });
    expect(stderr).toContain(`Next:\n  export HEADGATE=${cliPath}\n  python3 -m unittest\n  "$HEADGATE" policy test\n`);
  });

  it('writes over nothing', () => {
    const cwd = temp.lay({ 'p/manifest.yaml': 'mine' });
    const { status, stdout, stderr } = runCli(['policy', 'init', 'p', '--lang', 'python'], { cwd });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('p/manifest.yaml');
    expect(filesBelow(cwd)).toEqual(['p/manifest.yaml']);
  });

  it('knows its languages', () => {
    const { status, stderr } = runCli(['policy', 'init', '--lang', 'ruby'], { cwd: temp.lay({}) });
    expect([status, stderr.includes('Allowed choices are ts, python')]).toEqual([2, true]);
  });
});
