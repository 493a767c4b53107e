/** What `npm run gen` writes into schemas/ is there, fresh, and the same every time. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { publishedAnswerSchema, publishedRequestSchema } from '../../src/ir/wire-publish.ts';
import { fieldTables } from '../../src/ir/wire-tables.ts';

const root = mkdtempSync(join(tmpdir(), 'headgate-gen-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const filesOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

function generate(name: string): Readonly<Record<string, string>> {
  const folder = join(root, name);
  for (const script of [
    'scripts/gen-schemas.mjs',
    'scripts/gen-policy-schemas.mjs',
    'scripts/gen-control-openapi.mjs',
  ]) {
    const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  }
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

  it('stand in the page of the protocol, field by field', () => {
    const page = readFileSync('docs/policies/protocol.md', 'utf8');
    const [question, answer] = [publishedRequestSchema(), publishedAnswerSchema()];
    expect(page.includes(fieldTables(question)), 'npm run gen').toBe(true);
    expect(page.includes(fieldTables(answer, question)), 'npm run gen').toBe(true);
  });
});
