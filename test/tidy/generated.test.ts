/** What `npm run gen` writes into schemas/ is there, fresh, and the same every time. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'headgate-gen-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const filesOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

function generate(name: string): Readonly<Record<string, string>> {
  const folder = join(root, name);
  const { status, stderr } = spawnSync(process.execPath, ['scripts/gen-schemas.mjs', folder], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return filesOf(folder);
}

describe('schemas', () => {
  it('are what the sources say, and come out the same twice', () => {
    const first = generate('first');
    expect(Object.keys(first)).toContain('manifest.schema.json');
    expect(generate('second')).toEqual(first);
    const stale = Object.keys(first).filter((name) => filesOf('schemas')[name] !== first[name]);
    expect(stale, 'npm run gen').toEqual([]);
  });
});
