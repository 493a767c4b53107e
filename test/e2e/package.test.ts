/** The package as npm makes it, installed into an empty project: what is in it, what works, and where its links lead. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absoluteLinks, publishedDocuments, relativeLinks } from '../../scripts/package-links.mjs';
import {
  fillPolicyTemplate,
  policyLanguages,
  policyTemplateFiles,
  policyTemplateFolder,
} from '../../src/cli/init/policy-templates.ts';
import { languages, templateFiles } from '../../src/cli/init/templates.ts';
import { openRegistry } from '../support/loopback-registry.ts';
import { fencesOf } from '../support/pages.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const copy = join(temp.path, 'checkout');
const app = join(temp.path, 'app');
const installed = join(app, 'node_modules/headgate');
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const online = `${manifest.repository.url.replace(/^git\+|\.git$/g, '')}/blob/main/`;
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

interface Ended {
  readonly status: number;
  readonly output: string;
}

/** Not synchronous: the registry answers from this process. */
const run = (command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  new Promise((done) => {
    const clean = { PATH: process.env['PATH'], HOME: temp.path, NO_COLOR: '1', ...env };
    execFile(command, args, { cwd, env: clean, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      done({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout + stderr }),
    );
  });

async function good(command: string, args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<string> {
  const { status, output } = await run(command, args, cwd, env);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${status}\n${output}`);
  return output;
}

/** What the package is made of, built already, so that `npm pack` has nothing to build. */
async function layOut(): Promise<void> {
  for (const path of [...manifest.files, 'scripts/package-links.mjs']) {
    const real = path.replace(/\/\*.*$/, '');
    cpSync(real, join(copy, real), { recursive: true });
  }
  const { prepare: _, ...scripts } = manifest.scripts;
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...manifest, scripts }, null, 2));
  const types = ['-p', 'scripts/tsconfig.types.json', '--outDir', join(copy, 'dist/types')];
  await good(process.execPath, [tsc, ...types], resolve('.'));
}

let archive = '';
beforeAll(async () => {
  await layOut();
  mkdirSync(app);
  await good('npm', ['pack', '--silent', '--pack-destination', app], copy);
  archive = readdirSync(app).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }\n');
  const registry = await openRegistry(resolve('node_modules'));
  try {
    const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--fetch-retries', '0'];
    const where = ['--registry', registry.url, '--cache', join(temp.path, 'cache'), '--userconfig', '/dev/null'];
    await good('npm', ['install', ...quiet, ...where, `./${archive}`], app);
  } finally {
    await registry.close();
  }
}, 600_000);

describe('the package', () => {
  it('names where it comes from and what it is', () => {
    const { repository, homepage, bugs, keywords } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(repository.url).toMatch(/^git\+https:\/\/.*\.git$/);
    for (const url of [homepage, bugs]) expect(url).toMatch(/^https:\/\//);
    expect(keywords.length).toBeGreaterThan(3);
  });

  it('holds what each of its entries leads to', () => {
    const entries = Object.values<string | Readonly<Record<string, string>>>(manifest.exports);
    const paths = [
      ...Object.values<string>(manifest.bin),
      ...entries.flatMap((e) => (typeof e === 'string' ? [e] : Object.values(e))),
    ];
    expect(paths.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
  });

  it.each(languages)('has the template of `init --lang %s`', (language) => {
    const files = templateFiles[language].map((path) => `templates/${language}/${path}`);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
  });

  it.each(policyLanguages)('has the template of `policy init --lang %s`', (language) => {
    const folder = `templates/${policyTemplateFolder[language]}`;
    const sdk = fillPolicyTemplate(language, 'x').flatMap(({ path }) =>
      path.startsWith('vendor/') ? [`sdk/python/src/${path.slice('vendor/'.length)}`] : [],
    );
    expect(sdk.length > 5).toBe(language === 'python');
    const wanted = [...policyTemplateFiles[language].map((path) => `${folder}/${path}`), ...sdk];
    expect(wanted.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
  });

  it('brings a command that works and a page for every code', async () => {
    expect(await good('npx', ['--no-install', 'headgate', '--version'], app)).toContain(manifest.version);
    expect(await good('npx', ['--no-install', 'headgate', 'explain', 'link/unbound-slot'], app)).toContain('# ');
  });

  it('brings that command as a module as well', async () => {
    const version = await good(process.execPath, [join(installed, 'dist/cli.js'), '--version'], app);
    expect(version.trim()).toBe(manifest.version);
  });

  it('can be imported by each of its names', async () => {
    const names = Object.keys(manifest.exports).filter((name) => name !== './package.json');
    const program = names.map((name) => `await import('headgate${name.slice(1)}');`).join('\n');
    expect(await good(process.execPath, ['--input-type=module', '-e', program], app)).toBe('');
  });
});

/** Type-checks programs beside the installed package. */
function check(programs: Readonly<Record<string, string>>): Promise<Ended> {
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(app, name), text);
  mkdirSync(join(app, 'node_modules/@types'), { recursive: true });
  const types = join(app, 'node_modules/@types/node');
  if (!existsSync(types)) symlinkSync(resolve('node_modules/@types/node'), types);
  // Declarations of the package are checked too.
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false'];
  const how = ['--noEmit', '--allowJs', '--checkJs', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  return run(process.execPath, [tsc, ...how, ...strict, ...Object.keys(programs)], app);
}

const programsOf = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    fencesOf(readFileSync(path, 'utf8'))
      .filter(({ language, info }) => language === 'js' && info !== '')
      .map(({ info, text }) => [info, text]),
  );

describe('the types of the package', () => {
  it.each(['docs/library.md', 'docs/run-library.md'])('accept the programs of %s', async (path) => {
    const programs = programsOf(path);
    expect(Object.keys(programs)).not.toEqual([]);
    expect(await check(programs)).toEqual({ status: 0, output: '' });
  });

  it('refuse a wrong option and an output that does not exist', async () => {
    const text = `import { compile, createMemoryLoader } from 'headgate';
const { compiled } = await compile({ input: 1, baseDir: '', loader: createMemoryLoader({}) });
compiled?.emit('plam');
`;
    const { output } = await check({ 'wrong.mjs': text });
    expect(output).toContain("wrong.mjs(2,38): error TS2322: Type 'number' is not assignable to type 'string'");
    expect(output).toContain('wrong.mjs(3,16): error TS2345');
  });
});

/** Of one document, without those in fenced text. */
const linksOf = (markdown: string): readonly string[] =>
  [...markdown.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);

describe('the links of the package', () => {
  it('are absolute in its README, and lead to files of the repository', () => {
    const links = linksOf(readFileSync(join(installed, 'README.md'), 'utf8'));
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((link) => !link.startsWith('https://'))).toEqual([]);
    const inside = links.filter((link) => link.startsWith(online)).map((link) => link.slice(online.length));
    expect(inside.filter((path) => !existsSync(path.split('#')[0] as string))).toEqual([]);
  });

  it('lead to what is in the package, or are absolute, in its other documents', () => {
    const faults = publishedDocuments(installed).flatMap((path) =>
      linksOf(readFileSync(join(installed, path), 'utf8'))
        .filter((link) => !/^(?:[a-z]+:|#)/.test(link))
        .filter((link) => !existsSync(join(installed, dirname(path), link.split('#')[0] as string)))
        .map((link) => `${path}: ${link}`),
    );
    expect(faults).toEqual([]);
  });

  it('are relative again in the checkout that it was made of', () => {
    const text = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');
    expect(publishedDocuments('.').filter((path) => text(copy, path) !== text('.', path))).toEqual([]);
  });

  it('can be written in full and back', () => {
    const text = '[a](docs/plan.md#the-plan) [b](https://example.com/x) [c](#here)\n```\n[d](docs/plan.md)\n```\n';
    const full = absoluteLinks('README.md', text);
    expect(full).toBe(text.replace('(docs', `(${online}docs`));
    expect(absoluteLinks('README.md', full)).toBe(full);
    expect(relativeLinks('README.md', full)).toBe(text);
    expect(absoluteLinks('docs/x.md', '[a](plan.md) [b](../LICENSE) [c](../examples/a/README.md)')).toBe(
      `[a](plan.md) [b](../LICENSE) [c](${online}examples/a/README.md)`,
    );
  });
});
