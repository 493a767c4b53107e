import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow } from '../support/harness.ts';

/** The numbered corner cases of policies: every one is shown by a golden folder or by a test whose title begins with it. */
const numbers: readonly string[] = [
  ...Array.from({ length: 55 }, (_, i) => String(i + 1).padStart(2, '0')),
  '24b',
].sort();

const goldens = readdirSync('golden/policies');
const titles = ['test/e2e', 'test/system'].flatMap((folder) =>
  filesBelow(folder)
    .filter((path) => path.endsWith('.test.ts'))
    .flatMap((path) =>
      [
        ...readFileSync(join(folder, path), 'utf8').matchAll(
          /\b(?:it|test)(?:\.each\([\s\S]*?\))?\(\s*['"`]((?:\d\d[a-z]? )+)/g,
        ),
      ].flatMap((m) => (m[1] ?? '').trim().split(' ')),
    ),
);
const shown = (number: string): boolean =>
  goldens.some((name) => name.startsWith(`${number}-`)) || titles.includes(number);

describe('corner cases of policies', () => {
  it('are all shown', () => {
    expect(numbers).toHaveLength(56);
    expect(numbers.filter((number) => !shown(number))).toEqual([]);
  });

  it('have no number of their own', () => {
    const used = [...goldens.map((name) => name.split('-')[0] ?? ''), ...titles];
    expect([...new Set(used)].filter((number) => !numbers.includes(number))).toEqual([]);
  });

  it('that need real processes are shown by tests with real processes', () => {
    expect(['19', '34', '49', '50', '51', '52', '53', '54', '55'].filter((number) => !titles.includes(number))).toEqual(
      [],
    );
  });
});
