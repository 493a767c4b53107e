/** Outputs of a plan that was written earlier: what a compile writes, byte for byte. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { emitKinds, planKinds } from '../../src/phases/7-emit/emitters.ts';
import { runCli } from '../support/cli.ts';
import { createTempFolder, smallScenario } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

function compiled(): string {
  const cwd = temp.lay({ 'scenario.yaml': smallScenario, 'headgate.yaml': 'components: { /: { restarts: 3 } }\n' });
  expect(runCli(['compile', '.', '--emit', 'plan=plan.json'], { cwd }).status).toBe(0);
  return cwd;
}

describe('what an output cannot say of the plan', () => {
  const manifest = (comment: string): string =>
    ['manifest_version: "0.4.0"', 'components:', comment, '  one: ./one.yaml', 'exports: { out: "#one.out" }', ''].join(
      '\n',
    );
  const one = `
manifest_version: "0.4.0"
program: { image: "acme/one:1", entrypoint: [/run], network: { endpoints: [{ name: out, port: 8080 }] } }
provides: { out: { kind: http, endpoint: out } }
exports: { out: provides.out }
`;
  const lay = (comment = '', settings = 'components: { /one: { limits: { wallSeconds: 60 } } }\n'): string =>
    temp.lay({ 'shop/scenario.yaml': manifest(comment), 'shop/one.yaml': one, 'shop/headgate.yaml': settings });
  const compile = (cwd: string, ...args: readonly string[]) =>
    runCli(['compile', 'shop/scenario.yaml', '--emit', 'compose=out', ...args], { cwd });

  it('is told at its place, seen from the current folder', () => {
    const { status, stderr } = compile(lay());
    expect(stderr).toContain('--> shop/scenario.yaml:4:3');
    expect(stderr).toContain('4 |   one: ./one.yaml');
    expect(status).toBe(0);
  });

  it('is an error where warnings are, and nothing is written', () => {
    const cwd = lay();
    const { status, stderr } = compile(cwd, '-D', 'warnings');
    expect(stderr).toContain('error[emit/compose-not-held]');
    expect([status, existsSync(join(cwd, 'out'))]).toEqual([1, false]);
    expect(compile(lay(), '-D', 'emit/compose-not-held').status).toBe(1);
  });

  it('can be ignored with a reason, which is not missed where another output is written', () => {
    const cwd = lay('  # headgate-ignore emit/compose-not-held: it ends by itself');
    expect(compile(cwd, '-D', 'warnings')).toMatchObject({ status: 0, stderr: '' });
    expect(runCli(['check', 'shop/scenario.yaml', '-D', 'warnings'], { cwd }).status).toBe(0);
    const plan = runCli(['compile', 'shop/scenario.yaml', '--emit', 'plan=p.json', '-D', 'warnings'], { cwd });
    expect(plan).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('emit', () => {
  it.each(planKinds)('gives of a plan what `compile --emit %s` gives', (kind) => {
    const cwd = compiled();
    const live = runCli(['compile', '.', '--emit', `${kind}=live`], { cwd });
    const later = runCli(['emit', 'plan.json', '--to', `${kind}=later`], { cwd });
    // Nothing runs in this scenario, which is worth a word where something is to be started.
    const isFile = kind.startsWith('plan');
    const told = isFile ? '' : expect.stringContaining(`emit/${kind}-empty`);
    expect([live.status, later.status, later.stdout, later.stderr]).toEqual([0, 0, '', told]);
    const bytes = (name: string): readonly (readonly [string, string])[] => {
      const path = join(cwd, name);
      const names = isFile ? [''] : (readdirSync(path, { recursive: true }) as string[]).sort();
      return names.map((one) => [one, readFileSync(join(path, one), 'utf8')]);
    };
    expect(bytes('later')).toEqual(bytes('live'));
  });

  it('writes to standard output, and takes a plan that was laid out anew', () => {
    const cwd = compiled();
    const text = readFileSync(join(cwd, 'plan.json'), 'utf8');
    writeFileSync(join(cwd, 'pretty.json'), JSON.stringify(JSON.parse(text), null, 2));
    for (const plan of ['plan.json', 'pretty.json'])
      expect(runCli(['emit', plan, '--to', 'plan=-'], { cwd })).toMatchObject({ status: 0, stdout: text, stderr: '' });
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    [
      'an unknown kind',
      ['--to', 'palan=x'],
      /--to palan: there is no such kind of output; did you mean `plan`\? kinds: compose, kubernetes, plan, plan-v1\n/,
    ],
    [
      'no path',
      ['--to', 'plan'],
      /--to takes KIND=PATH, and was given `plan`; kinds: compose, kubernetes, plan, plan-v1\n/,
    ],
    ['two kinds for one file', ['--to', 'plan=x', '--to', 'plan=x'], /--to plan and --to plan both write to `x`/],
    [
      'a file in the folder of another output',
      ['--to', 'compose=x', '--to', 'plan=x/compose.yaml'],
      /--to compose and --to plan both write to `x\/compose\.yaml`/,
    ],
    [
      'a file that another output may have removed',
      ['--to', 'plan=x/config/web/0', '--to', 'compose=./x/'],
      /--to compose and --to plan both write to `x\/config\/web\/0`/,
    ],
    [
      'a file in the place of the list of another output',
      ['--to', 'compose=x', '--to', 'plan=x/.headgate-compose.sha256'],
      /--to compose and --to plan both write to `x\/\.headgate-compose\.sha256`/,
    ],
    [
      'a folder in that of another output',
      ['--to', 'compose=x', '--to', 'kubernetes=x/config'],
      /--to compose and --to kubernetes both write to `x\/config`/,
    ],
    ['the plan as its output', ['--to', 'plan=plan.json'], /would overwrite `plan\.json`, which is the plan itself/],
    ['nothing to write', [], /required option '--to <KIND=PATH>' not specified/],
  ])('refuses %s, and writes nothing', (_, args, says) => {
    const cwd = compiled();
    const { status, stderr } = runCli(['emit', 'plan.json', ...args], { cwd });
    expect([status, stderr]).toEqual([2, expect.stringMatching(says)]);
    expect(existsSync(join(cwd, 'x'))).toBe(false);
  });

  it.each(emitKinds.filter((kind) => !(planKinds as readonly string[]).includes(kind)))(
    'says of %s that it needs more than the plan, and how to make it',
    (kind) => {
      const { status, stderr } = runCli(['emit', 'plan.json', '--to', `${kind}=x`], { cwd: compiled() });
      expect(status).toBe(2);
      expect(stderr).toContain(
        `--to ${kind}: this output needs more than the plan; make it with \`headgate compile SCENARIO --emit ${kind}=x\``,
      );
    },
  );

  it.each<readonly [string, (text: string) => string | undefined, RegExp]>([
    ['is not there', () => undefined, /`other\.json` cannot be read: there is no such file/],
    ['is not JSON', (text) => text.slice(0, 99), /`other\.json` is not JSON/],
    ['is another document', () => '{}', /`other\.json` is not a plan/],
    ['was changed', (text) => text.replace('"restarts":3', '"restarts":4'), /was changed after it was compiled/],
  ])('refuses a plan that %s', (_, change, says) => {
    const cwd = compiled();
    const text = change(readFileSync(join(cwd, 'plan.json'), 'utf8'));
    if (text !== undefined) writeFileSync(join(cwd, 'other.json'), text);
    const { status, stderr } = runCli(['emit', 'other.json', '--to', 'plan=x'], { cwd });
    expect([status, stderr]).toEqual([2, expect.stringMatching(says)]);
    expect(existsSync(join(cwd, 'x'))).toBe(false);
  });

  it('says where an output cannot be written', () => {
    const { status, stderr } = runCli(['emit', 'plan.json', '--to', 'plan=gone/x'], { cwd: compiled() });
    expect([status, stderr]).toEqual([1, expect.stringContaining('cli/output-not-writable')]);
  });
});

describe('an image that is missing', () => {
  it.each(['compose', 'kubernetes'])('is told by the first line of the program for %s', (kind) => {
    const cwd = temp.lay({
      'shop/scenario.yaml': 'manifest_version: "0.4.0"\ncomponents: { a: ./in/a.yaml, b: ./in/b.yaml }\n',
      'shop/in/a.yaml': 'manifest_version: "0.4.0"\nprogram: { path: ./bin/tool }\n',
      'shop/in/b.yaml': 'manifest_version: "0.4.0"\nprogram: { path: ../tool }\n',
      'shop/in/bin/tool': '#!/usr/bin/env ruby\n',
      'shop/tool': '#!/usr/bin/env node\n',
    });
    const { status, stderr } = runCli(['compile', 'shop', '--emit', `${kind}=out`], { cwd });
    const said = stderr.replace(/\s+/g, ' ');
    expect(status).toBe(1);
    expect(said).toContain('an image that has `ruby`: `components: { /a: { image: "ruby:3.3-slim" } }`');
    // It lies outside of the folder that a container is shown.
    expect(said).toContain('an image that has `../tool`: `components: { /b: { image: "NAME:TAG" } }`');
  });
});
