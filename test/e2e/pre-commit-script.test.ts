/** scripts/pre-commit.mjs: builds the clone that it lies in when that is needed, once. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

/** A clone whose build takes a moment, and whose command line tells its arguments. */
function clone(build: string): string {
  const manifest = { name: 'headgate', version: '9.9.9', type: 'module', scripts: { prepare: 'node build.mjs' } };
  const folder = temp.lay({
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify({ ...manifest, lockfileVersion: 3, packages: { '': manifest } }),
    'build.mjs': build,
  });
  mkdirSync(join(folder, 'scripts'));
  cpSync('scripts/pre-commit.mjs', join(folder, 'scripts/pre-commit.mjs'));
  return folder;
}

const building = `import fs from 'node:fs';
fs.appendFileSync('log', 'built\\n');
await new Promise((done) => setTimeout(done, 300));
fs.mkdirSync('dist');
fs.writeFileSync('dist/cli.cjs', 'console.log(process.argv.slice(2).join()); process.exit(1);');
`;

describe('scripts/pre-commit.mjs', () => {
  it('can be started', () => {
    const { mode } = statSync('scripts/pre-commit.mjs');
    expect(mode & 0o111).not.toBe(0);
  });

  it('builds once, also when two ask at the same time', async () => {
    const folder = clone(building);
    const run = (): Promise<readonly [number | null, string]> =>
      new Promise((done) => {
        const child = spawn(join(folder, 'scripts/pre-commit.mjs'), ['check', '-D', 'warnings'], { cwd: temp.path });
        let output = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
        child.on('close', (status) => done([status, output]));
      });
    const both = await Promise.all([run(), run()]);
    expect([...both, await run()]).toEqual(Array(3).fill([1, 'check,-D,warnings\n']));
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('built\n');
  });

  it('tells why it cannot build, and tries again the next time', () => {
    const folder = clone('console.error("no compiler"); process.exit(3);\n');
    for (let attempt = 0; attempt < 2; attempt++) {
      const { status, stderr } = spawnSync(join(folder, 'scripts/pre-commit.mjs'), ['check'], { encoding: 'utf8' });
      expect(status).toBe(70);
      expect(stderr).toContain('no compiler');
      expect(stderr).toContain('headgate cannot be built');
      expect(existsSync(join(folder, '.pre-commit-build'))).toBe(false);
    }
  });
});
