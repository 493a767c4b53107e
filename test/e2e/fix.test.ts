/** `check --fix` through the built command line. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonReport } from '../../src/diagnostics/render/json.ts';
import { type CliRun, runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const check = (cwd: string, ...args: readonly string[]): CliRun => runCli(['check', ...args], { cwd });
const read = (cwd: string, name: string): string => readFileSync(join(cwd, name), 'utf8');

const old = `manifest_version: "0.4.0"
program: { path: /bin/true, network: { endpoints: [{ name: http, port: 80 }] } }
provides:
  api: { kind: http, endpoint: http }
  b: { kind: http, endpoint: http } # nobody
exports: { api: self.api } # old
`;
const today = old.replace('self.api', 'provides.api');
const clean = today.replace('  b: { kind: http, endpoint: http } # nobody\n', '');

describe('check --fix', () => {
  it('writes what it mends, and reports what is left', () => {
    const cwd = temp.lay({ 'scenario.yaml': old });
    const { status, stderr, stdout } = check(cwd, '--fix');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toContain('fixed scenario.yaml\n1 problem in 1 file\n');
    expect(stderr).toContain('lint/unused-provide');
    expect(stderr).not.toContain('lint/deprecated');
    expect(read(cwd, 'scenario.yaml')).toBe(today);
    expect(readdirSync(cwd)).toEqual(['scenario.yaml']);
  });

  it('removes what nobody uses when told', () => {
    const cwd = temp.lay({ 'scenario.yaml': old });
    const { status, stderr } = check(cwd, '--fix-unused');
    const told = 'fixed scenario.yaml\n2 problems in 1 file\nchecked 1 scenario\n';
    expect({ status, stderr }).toEqual({ status: 0, stderr: told });
    expect(read(cwd, 'scenario.yaml')).toBe(clean);
    expect(check(cwd, '--fix-unused').stderr).toBe('checked 1 scenario\n');
  });

  it('writes nothing in a dry run', () => {
    const cwd = temp.lay({ 'scenario.yaml': old });
    const { status, stderr } = check(cwd, '--fix-unused', '--fix-dry-run');
    expect(status).toBe(0);
    expect(stderr).toContain('would fix scenario.yaml\n2 problems in 1 file\n');
    expect(read(cwd, 'scenario.yaml')).toBe(old);
  });

  it('leaves alone what was suppressed', () => {
    const ignored = old.replace('  b:', '  # headgate-ignore lint/unused-provide: soon\n  b:');
    const cwd = temp.lay({ 'scenario.yaml': ignored });
    expect(check(cwd, '--fix-unused').status).toBe(0);
    expect(read(cwd, 'scenario.yaml')).toBe(ignored.replace('self.api', 'provides.api'));
  });

  it('keeps a manifest whole for another scenario of the same folder', () => {
    const cwd = temp.lay({
      'one/scenario.yaml': 'manifest_version: "0.4.0"\ncomponents: { c: ../c.yaml }\nexports: { api: "#c.api" }\n',
      'two/scenario.yaml':
        'manifest_version: "0.4.0"\ncomponents: { c: { manifest: ../c.yaml, config: { x: "1" } } }\nexports: { api: "#c.api" }\n',
      'c.yaml': today.replace(
        'program:',
        'config_schema: { type: object, properties: { x: { type: string } }, additionalProperties: false }\nprogram:',
      ),
    });
    const before = read(cwd, 'c.yaml');
    const { status } = check(cwd, '--fix-unused', '--root', '.');
    expect(status).toBe(0);
    expect(read(cwd, 'c.yaml')).toBe(before.replace('  b: { kind: http, endpoint: http } # nobody\n', ''));
  });

  it('never touches guesses', () => {
    const text = clean.replace('provides.api', 'provides.apj');
    const cwd = temp.lay({ 'scenario.yaml': text });
    expect(check(cwd, '--fix-unused').status).toBe(1);
    expect(read(cwd, 'scenario.yaml')).toBe(text);
  });

  it('refuses standard input', () => {
    const cwd = temp.lay({ 'scenario.yaml': old });
    expect(runCli(['check', '-', '--fix'], { cwd, input: old })).toMatchObject({ status: 2 });
    expect(read(cwd, 'scenario.yaml')).toBe(old);
  });
});

describe('fixes for programs', () => {
  it('stand in the JSON form, and fit the text', () => {
    const cwd = temp.lay({ 'scenario.yaml': old });
    const report = JSON.parse(check(cwd, '--format', 'json').stdout) as JsonReport;
    const kinds = report.diagnostics.map(({ code, fixes = [] }) => [code, fixes.map(({ kind }) => kind)]);
    expect(kinds).toEqual([
      ['lint/unused-provide', ['remove']],
      ['lint/deprecated-export-self-target', ['safe']],
    ]);
    const lines = old.split('\n');
    const edit = report.diagnostics[1]?.fixes?.[0]?.edits[0];
    const { start, end } = edit?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    expect(lines[start.line]?.slice(start.character, end.character)).toBe('self.api');
    expect(edit?.newText).toBe('provides.api');
  });

  it('offers a fix also where it is the library that has to read what comes of it', () => {
    const manifest = '{ manifest_version: "0.4.0", slots: { a: { kind: "http" } },';
    const cwd = temp.lay({
      'scenario.json5': `${manifest} components: { "server\\u2029one": "./c.json5" }, bindings: [{ to: "#server\\u2029on.up", from: "slots.a" }] }`,
      'c.json5': '{ manifest_version: "0.4.0", slots: { up: { kind: "http" } } }',
    });
    const { stdout, stderr } = check(cwd, '--format', 'json');
    expect(stderr).toBe('');
    const { diagnostics } = JSON.parse(stdout) as JsonReport;
    const fixed = diagnostics.find(({ code }) => code === 'check/unknown-binding-child')?.fixes?.[0]?.edits[0];
    expect(fixed?.newText).toContain('#server\u2029one.up');
  });
});
