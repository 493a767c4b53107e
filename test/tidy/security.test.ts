/** Every claim of docs/security.md names tests that there are. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const page = 'docs/security.md';

/** Rows of the table below the heading, without its head. */
const rowsOf = (markdown: string): readonly (readonly string[])[] =>
  (markdown.split(/^## Claims$/m)[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

/** Of a test or a group of them, which nothing switches off. */
const isTitle = (text: string, title: string): boolean =>
  text
    .split('\n')
    .filter((line) => !/^\s*\/\/|\.(?:skip|todo|fails)\(/.test(line))
    .some((line) => ["'", '"', '`'].some((quote) => line.includes(`(${quote}${title}${quote},`)));

function faultsOf(markdown: string): readonly string[] {
  return rowsOf(markdown).flatMap((cells) => {
    const [claim = '', mechanism = '', tests = ''] = cells;
    if (cells.length !== 3 || mechanism === '') return [`${claim}: a claim, a mechanism and tests belong in a row`];
    return tests.split('; ').flatMap((named) => {
      const [, link = '', title = ''] = /^\[[^\]]+\]\(([^)]+)\) "(.+)"$/.exec(named) ?? [];
      const file = join('docs', link);
      if (title === '') return [`${claim}: \`${named}\` is not a file and a title`];
      if (!existsSync(file)) return [`${claim}: there is no ${file}`];
      return isTitle(readFileSync(file, 'utf8'), title) ? [] : [`${claim}: ${file} has no test "${title}"`];
    });
  });
}

describe('claims about security', () => {
  it('name a mechanism, and tests that there are', () => {
    const markdown = readFileSync(page, 'utf8');
    expect(faultsOf(markdown)).toEqual([]);
    expect(rowsOf(markdown).length).toBeGreaterThan(20);
  });

  it('are caught without them', () => {
    const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
    const head = `## Claims\n${row('claim', 'mechanism', 'test')}|---|---|---|\n`;
    const here = '[x](../test/tidy/security.test.ts)';
    const markdown = [
      row('a', 'b', `${here} "are caught without them"`),
      row('c', 'd', `${here} "gone"; [y](../test/gone.test.ts) "gone"`),
      row('e', '', `${here} "are caught without them"`),
      row('f', 'g', 'tested'),
    ].join('');
    expect(faultsOf(head + markdown)).toEqual([
      'c: test/tidy/security.test.ts has no test "gone"',
      'c: there is no test/gone.test.ts',
      'e: a claim, a mechanism and tests belong in a row',
      'f: `tested` is not a file and a title',
    ]);
  });
});
