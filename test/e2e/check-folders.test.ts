import { symlinkSync } from 'node:fs';
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
