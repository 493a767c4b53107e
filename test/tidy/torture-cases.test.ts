/** docs/policies/torture.md names every case, and its example of a result counts them. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cases } from '../../src/policy/torture/cases.ts';

/** The last one is run beside the list: it ends the policy. */
const names = [...cases.map(({ name }) => name), 'terminate'].sort();
const page = readFileSync('docs/policies/torture.md', 'utf8');

it('the page of policy torture names every case once, and no other', () => {
  const [, asked = ''] = /^## What is asked\n([\s\S]*?)\n"Answered well"/m.exec(page) ?? [];
  const firstCells = asked.split('\n').map((line) => line.split('|')[1] ?? '');
  const notCases = ['__proto__', 'GET /'];
  const named = firstCells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
  expect(named.filter((name) => !notCases.includes(name)).sort()).toEqual(names);
});

it('the page of policy torture counts as many requests as are run', () => {
  const counted = [...page.matchAll(/\b(\d+) requests\b|"passed": (\d+)/g)].map(([, a, b]) => Number(a ?? b));
  expect(counted.length).toBeGreaterThan(0);
  expect(new Set(counted)).toEqual(new Set([names.length]));
});
