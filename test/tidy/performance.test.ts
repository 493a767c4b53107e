/** The figures in docs/performance.md are those that were measured. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { newestHistory, withTable } from '../../bench/support/table.mjs';

it('the table of figures is that of the newest history: `npm run bench -- --table` writes it', () => {
  const page = readFileSync('docs/performance.md', 'utf8');
  expect(page).toBe(withTable(page, newestHistory('bench/history')));
  expect(page.match(/^\| check, .* \| (?:yes|\*\*no\*\*) \|$/gm)?.length).toBeGreaterThan(5);
});
