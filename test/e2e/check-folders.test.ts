import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonReport } from '../../src/diagnostics/render/json.ts';
import { type CliOptions, runCli } from '../support/cli.ts';
import { createTempFolder, smallScenario } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const found = (args: readonly string[], options: CliOptions): readonly string[] => {
  const { stdout, stderr } = runCli(['check', ...args, '--format', 'json'], options);
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as JsonReport).diagnostics.map(
    (d) => `${d.file}:${d.range.start.line + 1} ${d.code.slice(d.code.indexOf('/') + 1)}`,
  );
};
const uses = (...files: readonly string[]): string =>
  `${smallScenario}components:\n${files.map((file, i) => `  c${i}: ${file}\n`).join('')}`;
/** Fails alone, and in a scenario that names it. */
const faulty = `${smallScenario}exports:\n  e: "#gone.api"\n`;

describe('check of a folder', () => {
  it('finds scenarios of any name at any depth, and tells a shared part once', () => {
    const cwd = temp.lay({
      '.git/HEAD': '',
      'a/one.yaml': uses('../parts/shared.yaml'),
      'b/c/two.json5': '{ manifest_version: "0.4.0", components: { x: "../../parts/shared.yaml" } }',
      'parts/shared.yaml': faulty,
      'alone.json': '{"manifest_version": "0.4.0", "exports": {"e": "#gone.api"}}',
    });
    expect(found([], { cwd })).toEqual([
      'alone.json:1 unknown-export-child',
      'parts/shared.yaml:3 unknown-export-child',
    ]);
  });

  it('leaves out node_modules, dot folders, and YAML and JSON that are no manifests', () => {
    const cwd = temp.lay({
      'scenario.yaml': smallScenario,
      'node_modules/x/scenario.yaml': faulty,
      '.cache/scenario.yaml': faulty,
      'compose.yaml': 'services:\n  web: { labels: { manifest_version: "1" } }\n',
      'list.json': '[{"manifest_version": 1}]',
      'notes.txt': faulty,
    });
    expect(found([], { cwd })).toEqual([]);
  });

  it('takes what does not parse for a manifest', () => {
    const cwd = temp.lay({ 'x/broken.yaml': `${smallScenario}slots: [\n`, 'scenario.yaml': smallScenario });
    expect(found(['.'], { cwd })).toEqual(['x/broken.yaml:2 yaml-syntax']);
  });

  it('checks the parts of a scenario with faults through the scenario', () => {
    // Alone, the part has a slot that nothing uses.
    const part = `${smallScenario}slots:\n  s: { kind: http }\n`;
    const cwd = temp.lay({ 'scenario.yaml': `${uses('./part.yaml')}nonsense: 1\n`, 'part.yaml': part });
    expect(found([], { cwd })).toEqual(['scenario.yaml:4 unknown-field']);
  });

  it('checks a circle that nothing leads into, once', () => {
    const cwd = temp.lay({ 'a.yaml': uses('./b.yaml'), 'b.yaml': uses('./a.yaml'), 'c.yaml': uses('./c.yaml') });
    expect(found([], { cwd })).toEqual(['b.yaml:3 cycle', 'c.yaml:3 cycle']);
  });

  it('follows links to files and not to folders', () => {
    const cwd = temp.lay({ 'real/scenario.yaml': faulty });
    symlinkSync('..', join(cwd, 'real/up'));
    expect(found([], { cwd })).toEqual(['real/scenario.yaml:3 unknown-export-child']);
  });

  it('says what it could not look into', () => {
    const cwd = temp.lay({ 'scenario.yaml': smallScenario });
    symlinkSync('loop.yaml', join(cwd, 'loop.yaml'));
    symlinkSync('nowhere.yaml', join(cwd, 'dangling.yaml'));
    const { status, stderr } = runCli(['check'], { cwd });
    expect([status, stderr]).toEqual([1, expect.stringContaining('cannot look into `loop.yaml`')]);
    expect(stderr).not.toContain('dangling');
  });

  it('takes a root manifest by its name when it lacks its version', () => {
    const cwd = temp.lay({ 'scenario.yaml': 'slots: {}\n' });
    expect(found([], { cwd })).toEqual(['scenario.yaml:1 missing-field']);
  });

  it('checks a file that is called scenario.* beside others, whatever it lacks', () => {
    const cwd = temp.lay({
      'one/scenario.yaml': smallScenario,
      'two/scenario.json5': '{ slots: {} }',
      'three/scenario.yml': 'nothing: of ours\n',
      'four/scenario.json': '{"schema": "amber.scenario.ir", "version": 6}',
    });
    const codes = found([], { cwd });
    expect(codes).toContain('two/scenario.json5:1 missing-field');
    expect(codes).toContain('three/scenario.yml:1 missing-field');
    expect(codes).toContain('four/scenario.json:1 ir-invalid');
  });

  it('checks a manifest whose manifest_version is misspelt', () => {
    const cwd = temp.lay({ 'scenario.yaml': smallScenario, 'part.yaml': 'manifest_verison: "0.4.0"\nslots: {}\n' });
    expect(found([], { cwd })).toEqual(['part.yaml:1 unknown-field']);
  });

  it('warns of a file that looks like a manifest and has no version, unless a scenario names it', () => {
    const part = 'program: { path: /opt/acme/bin/part, args: [] }\nexports: {}\n';
    const cwd = temp.lay({ 'scenario.yaml': smallScenario, 'parts/part.yaml': part });
    expect(found([], { cwd })).toEqual(['parts/part.yaml:1 unversioned-manifest']);
    expect(runCli(['check'], { cwd }).status).toBe(0);
    expect(runCli(['check', '-D', 'warnings'], { cwd }).status).toBe(1);
    const used = temp.lay({ 'scenario.yaml': uses('./parts/part.yaml'), 'parts/part.yaml': part });
    expect(found([], { cwd: used })).toEqual(['parts/part.yaml:1 missing-field']);
  });

  it('takes nothing else for a manifest that has a key or two of one', () => {
    const cwd = temp.lay({
      'scenario.yaml': smallScenario,
      'openapi.yaml': 'openapi: 3.1.0\ninfo: {}\npaths: {}\ncomponents: {}\n',
      'package.json': '{ "name": "x", "version": "1.0.0", "main": "x.js", "exports": {}, "resources": {} }',
      'plan.json': '{ "schema": "headgate.plan", "components": [], "exports": [], "policies": [] }',
    });
    expect(found([], { cwd })).toEqual([]);
  });

  it('counts no scenario for a part of one that cannot be parsed, and checks it all the same', () => {
    const cwd = temp.lay({
      'scenario.yaml': `${smallScenario}components:\n  kid: ./kid.yaml # and "./parts/two.json5"\n bad: [\n`,
      'kid.yaml': faulty,
      'parts/two.json5': '{ manifest_version: "0.4.0" }',
      'other/scenario.yaml': smallScenario,
      'other/alone.yaml': smallScenario,
    });
    const { stdout } = runCli(['check', '--format', 'json'], { cwd });
    const { diagnostics, checked } = JSON.parse(stdout) as JsonReport;
    expect(diagnostics.map(({ file }) => file)).toEqual(['kid.yaml', 'scenario.yaml']);
    expect(checked).toEqual({ scenarios: 3, leftOut: [] });
  });

  it('tells of a file that is called scenario and cannot be read, and of no other', () => {
    const cwd = temp.lay({ 'a/scenario.yaml': smallScenario, 'large/scenario.json5': ' '.repeat(9 * 1024 * 1024) });
    mkdirSync(join(cwd, 'pipe'));
    execFileSync('mkfifo', [join(cwd, 'pipe/scenario.yml')]);
    mkdirSync(join(cwd, 'link'));
    symlinkSync('gone.yaml', join(cwd, 'link/scenario.yaml'));
    symlinkSync('gone.yaml', join(cwd, 'link/other.yaml'));
    const { status, stdout } = runCli(['check', '--format', 'json'], { cwd });
    const { diagnostics } = JSON.parse(stdout) as JsonReport;
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`).sort()).toEqual([
      'cli/unreadable-path cannot look into `link/scenario.yaml`: it is a link to something that is not there',
      'cli/unreadable-path cannot look into `pipe/scenario.yml`: it is not an ordinary file',
      'resolve/too-large the scenario `large/scenario.json5` is too large: at most 8 MiB are read',
    ]);
    expect(status).toBe(1);
  });

  it('says how many scenarios were checked and what was left out, as text and as JSON', () => {
    const cwd = temp.lay({
      'headgate.yaml': 'check: { exclude: ["fixtures", "old/*.yaml"] }\n',
      'a/scenario.yaml': uses('../part.yaml'),
      'b.yaml': smallScenario,
      'compose.yaml': 'services:\n  web: { labels: { manifest_version: "1" } }\n',
      'fixtures/scenario.yaml': faulty,
      'lost.yaml': 'slots: {}\nprovides: {}\n',
      'notes.yaml': 'just: notes\n',
      'old/scenario.yaml': faulty,
      'part.yaml': smallScenario,
    });
    const leftOut = [
      { file: 'compose.yaml', reason: 'it is not a manifest' },
      { file: 'fixtures/', reason: 'the settings exclude it' },
      { file: 'lost.yaml', reason: 'it has no `manifest_version`' },
      { file: 'old/scenario.yaml', reason: 'the settings exclude it' },
    ];
    const { stdout } = runCli(['check', '--format', 'json'], { cwd });
    expect((JSON.parse(stdout) as JsonReport).checked).toEqual({ scenarios: 2, leftOut });
    const { stderr } = runCli(['check'], { cwd });
    expect(stderr).toMatch(
      new RegExp(
        `\\nchecked 2 scenarios\\n${leftOut.map(({ file, reason }) => `left out ${file}: ${reason}\\n`).join('')}$`,
      ),
    );
  });

  it('says nothing of folders when none was searched', () => {
    const cwd = temp.lay({ 'scenario.yaml': smallScenario });
    expect(runCli(['check', 'scenario.yaml'], { cwd }).stderr).toBe('');
    expect(runCli(['check', 'scenario.yaml', '--format', 'json'], { cwd }).stdout).not.toContain('"checked"');
  });

  it('links a scenario once when it is named twice', () => {
    const cwd = temp.lay({ 'scenario.yaml': faulty });
    const { stderr } = runCli(['check', '.', 'scenario.yaml', './', '--timings'], { cwd });
    expect(stderr.match(/^timings of/gm)?.length).toBe(1);
  });
});

describe('check of standard input', () => {
  it('has a name of its own, and the current folder for its references', () => {
    const cwd = temp.lay({ 'part.yaml': faulty });
    expect(found(['-'], { cwd, input: uses('./part.yaml') })).toEqual(['part.yaml:3 unknown-export-child']);
    expect(found(['-'], { cwd, input: faulty })).toEqual(['<stdin>:3 unknown-export-child']);
    expect(found(['-'], { cwd, input: '{ manifest_version: "0.4.0", x: 1 }' })).toEqual(['<stdin>:1 unknown-field']);
  });

  it('stands for a file, also when others refer to that', () => {
    const cwd = temp.lay({ 'in/part.yaml': smallScenario, 'in/scenario.yaml': uses('./part.yaml') });
    expect(found(['-', '--stdin-file', 'in/part.yaml'], { cwd, input: faulty })).toEqual([
      'in/part.yaml:3 unknown-export-child',
    ]);
    expect(found(['-', 'in', '--stdin-file', 'in/part.yaml'], { cwd, input: faulty })).toEqual([
      'in/part.yaml:3 unknown-export-child',
    ]);
  });

  it('needs the path that says so', () => {
    const cwd = temp.lay({ 'scenario.yaml': smallScenario });
    expect(runCli(['check', '--stdin-file', 'x.yaml'], { cwd }).status).toBe(2);
  });
});
