/** A bundle is written, everything it was made from is removed, and it still is the same scenario. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createLoader } from '../../src/adapters/loaders/loader.ts';
import { compile as toPlan } from '../../src/compile.ts';
import { runCli } from '../support/cli.ts';
import { createStubPolicyClient } from '../support/stub-policy-client.ts';
import { createTempFolder, smallScenario } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');
const filesIn = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.json5?$/.test(path))
      .sort()
      .map((path) => [path, read(folder, path)]),
  );

/** Machines of contributors may have no sandbox. */
function compile(args: readonly string[], cwd: string): string {
  let run = runCli(['compile', ...args], { cwd });
  if (run.stderr.includes('govern/policy-sandbox') && process.env['CI'] === undefined) {
    run = runCli(['compile', ...args, '--no-sandbox'], { cwd });
  }
  expect(run.stderr.replace(/^warning: --no-sandbox.*\n/, '')).toBe('');
  expect(run.status).toBe(0);
  return run.stdout;
}

describe('a bundle', () => {
  it('is the example with its policy, without its sources', () => {
    const cwd = temp.lay({});
    cpSync(resolve('examples/redaction'), join(cwd, 'sources'), { recursive: true });
    compile(['sources', '--emit', 'bundle=shop', '--emit', 'plan=plan.json', '--emit', 'ir=ir.json'], cwd);
    rmSync(join(cwd, 'sources'), { recursive: true });
    const elsewhere = temp.lay({});
    renameSync(join(cwd, 'shop'), join(elsewhere, 'moved'));

    const empty = temp.lay({});
    const bundle = join(elsewhere, 'moved');
    compile([bundle, '--emit', 'plan=plan.json', '--emit', 'ir=ir.json', '--emit', 'bundle=again'], empty);
    expect(read(empty, 'plan.json')).toBe(read(cwd, 'plan.json'));
    expect(filesIn(join(empty, 'again'))).toEqual(filesIn(bundle));
    const unplaced = (text: string): string =>
      text.replace(/"resolved_url": "[^"]*\/([\w.-]+)"/g, '"resolved_url": "$1"');
    expect(unplaced(read(empty, 'ir.json'))).toBe(unplaced(read(cwd, 'ir.json')));
    expect(Object.values(filesIn(bundle)).join('')).not.toContain(cwd);
    expect(existsSync(join(bundle, 'sources.json'))).toBe(true);
  });

  it('is written alike from every folder', () => {
    const files = {
      '.git/HEAD': '',
      'a/scenario.yaml': 'manifest_version: "0.4.0"\ncomponents: { x: ../x.yaml }\n',
      'x.yaml': smallScenario,
    };
    const [one, two] = [temp.lay(files), temp.lay(files)];
    compile(['a', '--emit', 'bundle=out', '--emit', 'plan=plan.json'], one);
    compile(['../a/scenario.yaml', '--emit', 'bundle=../out', '--emit', 'plan=../plan.json'], join(two, 'a'));
    expect(filesIn(join(two, 'out'))).toEqual(filesIn(join(one, 'out')));
  });

  it('is found by its folder, by its index, and below a folder that is checked', () => {
    const cwd = temp.lay({
      'one/scenario.yaml': smallScenario,
      'two/scenario.yaml': 'manifest_version: "0.4.0"\nslot: {}\n',
    });
    compile(['one', '--emit', 'bundle=b1'], cwd);
    expect(runCli(['check', 'b1'], { cwd })).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(runCli(['check', 'b1/bundle.json'], { cwd })).toMatchObject({ status: 0, stderr: '' });
    expect(runCli(['check', '.'], { cwd: join(cwd, 'b1') })).toMatchObject({ status: 0, stderr: '' });
    cpSync(join(cwd, 'b1'), join(cwd, 'b2'), { recursive: true });
    rmSync(join(cwd, 'b2/manifests'), { recursive: true });
    const { status, stderr } = runCli(['check'], { cwd });
    expect(status).toBe(1);
    expect(stderr.match(/error\[[^\]]+\]/g)).toEqual([
      'error[resolve/bundle-unreadable]',
      'error[parse/unknown-field]',
    ]);
  });

  it('shows its problems in its own files, each bundle for itself', () => {
    const cwd = temp.lay({
      's/scenario.yaml':
        'manifest_version: "0.4.0"\nprogram: { path: /bin/true, network: { endpoints: [{ name: http, port: 80 }] } }\n',
    });
    const run = runCli(['compile', 's', '--emit', 'bundle=b1'], { cwd });
    expect(run.status).toBe(0);
    cpSync(join(cwd, 'b1'), join(cwd, 'b2'), { recursive: true });
    const { stdout, status } = runCli(['check', 'b1', 'b2', '--format', 'json'], { cwd });
    expect(status).toBe(0);
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { file: string; range: { start: { line: number } } }[];
    };
    expect(diagnostics.map((d) => d.file.replace(/[\w-]+\.json5$/, '*'))).toEqual(['b1/manifests/*', 'b2/manifests/*']);
    const [first] = diagnostics;
    expect(read(cwd, first?.file ?? '').split('\n')[first?.range.start.line ?? -1]).toContain('"program"');
  });

  it('is not mixed with what is in its folder, and leaves no folder behind when it cannot be written', () => {
    const cwd = temp.lay({ 'scenario.yaml': smallScenario, 'full/notes.txt': 'mine', 'empty/.gone': '' });
    rmSync(join(cwd, 'empty/.gone'));
    const full = runCli(['compile', '.', '--emit', 'bundle=full'], { cwd });
    expect(full.status).toBe(1);
    expect(full.stderr).toContain('not empty');
    expect(readdirSync(join(cwd, 'full'))).toEqual(['notes.txt']);
    compile(['scenario.yaml', '--emit', 'bundle=empty'], cwd);
    expect(readdirSync(join(cwd, 'empty')).sort()).toEqual(['bundle.json', 'manifests']);

    mkdirSync(join(cwd, 'sealed'));
    chmodSync(join(cwd, 'sealed'), 0o500);
    const refused = runCli(['compile', 'scenario.yaml', '--emit', 'bundle=out', '--emit', 'plan=sealed/plan.json'], {
      cwd,
    });
    // Root may write everywhere.
    if (process.getuid?.() !== 0) {
      expect(refused.status).toBe(1);
      expect(existsSync(join(cwd, 'out'))).toBe(false);
    }
    expect(runCli(['compile', 'scenario.yaml', '--emit', 'bundle=-'], { cwd }).status).toBe(2);
  });

  it('is not overwritten by what is made of it', () => {
    const cwd = temp.lay({ 'scenario.yaml': smallScenario });
    compile(['.', '--emit', 'bundle=b'], cwd);
    for (const file of ['bundle.json', `manifests/${readdirSync(join(cwd, 'b/manifests'))[0]}`]) {
      expect(runCli(['compile', 'b', '--emit', `plan=b/${file}`], { cwd }).status, file).toBe(2);
    }
    expect(runCli(['check', 'b'], { cwd }).status).toBe(0);
  });

  it('and a bundle.json of something else do not meet', () => {
    const cwd = temp.lay({ 'scenario.yaml': smallScenario, 'bundle.json': '{ "modules": [] }\n' });
    compile(['.'], cwd);
    rmSync(join(cwd, 'scenario.yaml'));
    const { status, stderr } = runCli(['compile', '.'], { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain('resolve/bundle-invalid');
    writeFileSync(join(cwd, 'bundle.json'), 'manifest_version: "0.4.0"\n');
    expect(runCli(['compile', '.'], { cwd }).stderr).toContain('parse/json5-syntax');
  });

  it.each([false, true])(
    'does not give a policy a folder of this machine to run in; --no-sandbox: %s',
    async (plain) => {
      const marker = join(temp.path, `ran-${plain}`);
      const folder = temp.lay({
        'policy.sh': `#!/bin/sh\ntouch '${marker}'\n`,
        'scenario.yaml': 'manifest_version: "0.4.0"\nuse: { p: ./policy.yaml }\npolicies: ["#p.apply"]\n',
        'policy.yaml': [
          'manifest_version: "0.4.0"',
          'program: { path: ./policy.sh, network: { endpoints: [{ name: p, port: 18931 }] } }',
          'provides: { apply: { kind: http, profile: policy, endpoint: p } }',
          'exports: { apply: provides.apply }',
          '',
        ].join('\n'),
      });
      chmodSync(join(folder, 'policy.sh'), 0o755);
      const baseDir = pathToFileURL(`${folder}/`).href;
      const policyClient = createStubPolicyClient(new Map());
      const made = await toPlan({ input: `${baseDir}scenario.yaml`, baseDir, loader: createLoader(), policyClient });
      const bundle = temp.lay(Object.fromEntries(made.compiled?.emit('bundle') ?? []));
      // As the reference writes it: with the folder of the machine it was made on, and no notes.
      rmSync(join(bundle, 'sources.json'));
      const index = read(bundle, 'bundle.json');
      writeFileSync(join(bundle, 'bundle.json'), index.replaceAll('bundle:///', baseDir));
      expect(runCli(['check', bundle], { cwd: temp.path })).toMatchObject({ status: 0, stderr: '' });
      const run = runCli(['compile', bundle, ...(plain ? ['--no-sandbox'] : [])], { cwd: temp.path });
      expect(run.status).toBe(1);
      expect(run.stderr).toMatch(/govern\/policy-(?:start|sandbox)/);
      expect(existsSync(marker)).toBe(false);
    },
  );
});
