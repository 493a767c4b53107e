/** docs/policies.md says of every page beside it what it is for. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('docs/policies.md names every page of docs/policies in its order of reading', () => {
  const text = readFileSync('docs/policies.md', 'utf8');
  const order = /^## What to read\n([\s\S]*?)^## /m.exec(text)?.[1] ?? '';
  const pages = readdirSync('docs/policies').filter((name) => name.endsWith('.md'));
  expect(pages.length).toBeGreaterThan(10);
  expect(pages.filter((name) => !order.includes(`(policies/${name})`))).toEqual([]);
});
