/** What a command reads is never lost to what it writes. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const files = {
  'scenario.yaml':
    'manifest_version: "0.4.0"\ncomponents: { api: ./parts/api.json5 }\nexports: { api: "#api.api" }\nconfig_schema: { type: object, properties: { a: { type: string } } }\n',
  'parts/api.json5': `{
    manifest_version: "0.4.0",
    program: { path: "../bin/api", args: [{ file: "../notes.txt" }, "./data.json"], network: { endpoints: [{ name: "h", port: 80 }] } },
    provides: { api: { kind: "http", endpoint: "h" } },
    exports: { api: "provides.api" },
  }`,
  'parts/data.json': '{}\n',
  'bin/api': '#!/bin/sh\n',
  'notes.txt': 'a note\n',
  'headgate.yaml': 'lint: { levels: { warnings: off } }\n',
  'config.yaml': 'a: b\n',
} as const;
const all = Object.keys(files) as readonly (keyof typeof files)[];

function expectUntouched(cwd: string): void {
  for (const name of all) expect([name, readFileSync(join(cwd, name), 'utf8')]).toEqual([name, files[name]]);
}

describe('an output over something that it was made of is refused', () => {
  it.each(all)('by compile, check and attest: %s', (name) => {
    const cwd = temp.lay(files);
    expect(runCli(['attest', 'keygen', '--out', 'key'], { cwd }).status).toBe(0);
    const config = ['--config', 'config.yaml'];
    for (const args of [
      ['compile', 'scenario.yaml', '--emit', `plan=${name}`, ...config],
      ['check', 'scenario.yaml', '--format', `json=./${name}`, ...config],
      ['attest', 'scenario.yaml', '--key', 'key', '--out', name, ...config],
    ]) {
      const { status, stderr } = runCli(args, { cwd });
      expect(stderr).toContain(`${name}\`, which `);
      expect([args[0], status]).toEqual([args[0], 2]);
    }
    expectUntouched(cwd);
  });

  it('by attest: the plan and the key', () => {
    const cwd = temp.lay(files);
    runCli(['attest', 'keygen', '--out', 'key'], { cwd });
    runCli(['compile', 'scenario.yaml', '--emit', 'plan=plan.json'], { cwd });
    const before = ['plan.json', 'key'].map((name) => readFileSync(join(cwd, name), 'utf8'));
    for (const out of ['plan.json', './key']) {
      const { status, stderr } = runCli(['attest', 'plan.json', '--key', 'key', '--out', out], { cwd });
      expect([status, stderr]).toEqual([2, expect.stringContaining('which this command reads')]);
    }
    expect(['plan.json', 'key'].map((name) => readFileSync(join(cwd, name), 'utf8'))).toEqual(before);
  });

  it('by compile and emit: with a file of a folder that is written', () => {
    const manifest = 'manifest_version: "0.4.0"\nprogram: { image: "x:1", entrypoint: [/x] }\n';
    const cwd = temp.lay({
      'scenario.yaml': 'manifest_version: "0.4.0"\ncomponents: { a: ./compose.yaml, b: ./b.yaml }\n',
      'compose.yaml': manifest,
      'b.yaml': manifest,
      'k/kustomization.yaml': 'lint: { levels: { warnings: off } }\n',
    });
    const refused = (args: readonly string[], says: string): void => {
      const { status, stderr } = runCli(args, { cwd });
      expect([status, stderr]).toEqual([2, expect.stringContaining(says)]);
    };
    refused(
      ['compile', '.', '--emit', 'plan=p.json', '--emit', 'compose=.'],
      '--emit compose would overwrite `compose.yaml`, which this scenario is made of',
    );
    refused(
      ['compile', '.', '--emit', 'kubernetes=k', '--settings', 'k/kustomization.yaml'],
      '--emit kubernetes would overwrite `k/kustomization.yaml`, which this command reads',
    );
    expect(readdirSync(cwd, { recursive: true }).sort()).toEqual([
      'b.yaml',
      'compose.yaml',
      'k',
      'k/kustomization.yaml',
      'scenario.yaml',
    ]);
    expect(readFileSync(join(cwd, 'compose.yaml'), 'utf8')).toBe(manifest);
    expect(runCli(['compile', '.', '--emit', 'plan=k/compose.yaml'], { cwd }).status).toBe(0);
    refused(
      ['emit', 'k/compose.yaml', '--to', 'compose=k'],
      '--to compose would overwrite `k/compose.yaml`, which is the plan itself',
    );
  });

  it('not what headgate wrote before', () => {
    const cwd = temp.lay(files);
    for (let times = 0; times < 2; times++) {
      expect(runCli(['compile', '.', '--emit', 'plan=plan.json', '--emit', 'lock=headgate.lock'], { cwd }).status).toBe(
        0,
      );
      expect(runCli(['check', '.', '--format', 'json=plan.json'], { cwd }).status).toBe(0);
    }
    expect(runCli(['compile', '.', '--emit', 'plan=headgate.lock'], { cwd }).status).toBe(2);
  });
});

describe('attest keygen', () => {
  it('writes both keys or none', () => {
    const cwd = temp.lay({});
    writeFileSync(join(cwd, 'key.pub'), 'of somebody');
    const { status, stderr } = runCli(['attest', 'keygen', '--out', 'key'], { cwd });
    expect([status, stderr]).toEqual([2, expect.stringContaining('`key.pub` is there already')]);
    expect(existsSync(join(cwd, 'key'))).toBe(false);
    expect(readFileSync(join(cwd, 'key.pub'), 'utf8')).toBe('of somebody');
  });

  it('says which folder is missing', () => {
    const cwd = temp.lay({});
    expect(runCli(['attest', 'keygen', '--out', 'none/key'], { cwd }).stderr).toMatch(/there is no\s+folder\s+`none`/);
  });
});
