/** Every claim of docs/security.md names tests that there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultsOfTests, rowsBelow } from '../support/test-titles.ts';

const page = 'docs/security.md';

const rowsOf = (markdown: string): readonly (readonly string[])[] => rowsBelow(markdown, '## Claims');

function faultsOf(markdown: string): readonly string[] {
  return rowsOf(markdown).flatMap((cells) => {
    const [claim = '', mechanism = '', tests = ''] = cells;
    if (cells.length !== 3 || mechanism === '') return [`${claim}: a claim, a mechanism and tests belong in a row`];
    return faultsOfTests(tests).map((fault) => `${claim}: ${fault}`);
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
