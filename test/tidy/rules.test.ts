import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { camelCase } from '../support/catalogue.ts';
import { sourceFiles } from '../support/source-files.ts';

/** Folders that hold one rule a file, and the file that lists them. */
const registries: readonly (readonly [folder: string, registry: string])[] = [
  ['src/phases/3-check/rules', 'src/phases/3-check/rules.ts'],
  ['src/phases/4-link/lints', 'src/phases/4-link/lints/lints.ts'],
];
/** Beside the lints: the table, the type, and the walk. */
const notRules = new Set(['lints.ts', 'lint.ts', 'run-lints.ts']);

describe.each(registries.filter(([folder]) => existsSync(folder)))('%s', (folder, registry) => {
  const files = sourceFiles(folder)
    .filter(({ path }) => !path.slice(folder.length + 1).includes('/'))
    .map(({ path, text }) => ({ name: path.slice(folder.length + 1), text }))
    .filter(({ name }) => !notRules.has(name));
  const listed = readFileSync(registry, 'utf8');

  it('has every rule in the registry, in the list and not only imported', () => {
    const names = files.map(({ name }) => camelCase(name.slice(0, -'.ts'.length)));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => [...listed.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length < 2)).toEqual([]);
  });

  it('exports a rule of the name of its file, at most 150 lines long', () => {
    const odd = files.filter(({ name, text }) => {
      const rule = camelCase(name.slice(0, -'.ts'.length));
      return !text.includes(`export const ${rule}:`) || text.split('\n').length > 150;
    });
    expect(odd.map(({ name }) => name)).toEqual([]);
  });
});
