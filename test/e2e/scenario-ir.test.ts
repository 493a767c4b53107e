/** A scenario IR in the place of a scenario. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const manifest = {
  manifest_version: '0.4.0',
  program: { path: './bin/api', args: [], network: { endpoints: [{ name: 'http', port: 9000 }] } },
  provides: { data: { kind: 'http', endpoint: 'http' } },
  exports: { data: 'provides.data' },
};

function lay(): string {
  const cwd = temp.lay({ 'sources/scenario.json': JSON.stringify(manifest) });
  const run = runCli(['compile', 'sources', '--emit', 'ir=ir.json', '--emit', 'plan=plan.json'], { cwd });
  expect([run.stderr, run.status]).toEqual(['', 0]);
  return cwd;
}

const read = (cwd: string, name: string): string => readFileSync(join(cwd, name), 'utf8');

describe('a scenario IR', () => {
  it('is checked, compiled to itself, and explained, with a word on what it does not hold', () => {
    const cwd = lay();
    const checked = runCli(['check', 'ir.json', '-D', 'warnings'], { cwd });
    expect(checked.status).toBe(0);
    expect(checked.stderr).toContain('info[cli/input-is-ir]');
    for (const name of ['ir.json', pathToFileURL(join(cwd, 'ir.json')).href]) {
      const compiled = runCli(['compile', name, '--emit', 'ir=again.json', '--emit', 'plan=other.json'], { cwd });
      expect(compiled.status).toBe(0);
      expect(compiled.stderr).toContain('cli/input-is-ir');
      expect(read(cwd, 'again.json')).toBe(read(cwd, 'ir.json'));
      const { components } = JSON.parse(read(cwd, 'other.json')) as { components: readonly { manifest: string }[] };
      expect(components[0]?.manifest).toBe('scenario');
    }
    const explained = runCli(['explain', 'ir.json', '/'], { cwd });
    expect([explained.status, explained.stderr]).toEqual([0, '']);
    expect(explained.stdout).toContain('ir.json:');
  });

  it('is known by its schema also where its keys were sorted', () => {
    const cwd = lay();
    const { schema, ...rest } = JSON.parse(read(cwd, 'ir.json')) as { schema: string };
    const sorted = temp.lay({ 'sorted.json': JSON.stringify({ ...rest, schema }) });
    const run = runCli(['check', 'sorted.json'], { cwd: sorted });
    expect([run.status, run.stderr.includes('cli/input-is-ir')]).toEqual([0, true]);
  });

  it('makes neither a bundle nor a lock, and has no answers to freeze', () => {
    const cwd = lay();
    for (const kind of ['bundle', 'lock']) {
      const run = runCli(['compile', 'ir.json', '--emit', `${kind}=out`], { cwd });
      expect(run.status).toBe(2);
      expect(run.stderr).toContain(`--emit ${kind} takes manifests, and \`ir.json\` is a scenario IR`);
    }
    const frozen = runCli(['compile', 'ir.json', '--frozen'], { cwd });
    expect([frozen.status, frozen.stderr.includes('applied before')]).toEqual([2, true]);
  });
});
