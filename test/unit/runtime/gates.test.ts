import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { gates, inGateOrder } from '../../../src/runtime/gate/order.ts';
import { sourceFiles } from '../../support/source-files.ts';

it('gates are told in the order of the documentation', () => {
  const page = readFileSync('docs/running.md', 'utf8');
  const rows = page.slice(page.indexOf('| blocked | means |'), page.indexOf('## Runs that exist')).split('\n');
  const documented = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(gates).toEqual(documented);
});

it('every gate that is in the sources has a place', () => {
  const named = sourceFiles('src').flatMap(({ text }) =>
    [...text.matchAll(/gate(?::| =) '(\w+)'/g)].map(([, name]) => name),
  );
  expect(named).not.toEqual([]);
  expect(named.filter((name) => !gates.includes(name as string))).toEqual([]);
});

it('those of one gate stay as they come, and what nobody knows comes last', () => {
  const one = (gate: string, subject = ''): Parameters<typeof inGateOrder>[0][number] => ({
    gate,
    subject,
    reasons: [],
    remedy: '',
  });
  const given = [one('unheard_of'), one('secret_in_arguments'), one('tool_missing', 'b'), one('tool_missing', 'a')];
  expect(inGateOrder(given).map(({ gate, subject }) => `${gate} ${subject}`)).toEqual([
    'tool_missing b',
    'tool_missing a',
    'secret_in_arguments ',
    'unheard_of ',
  ]);
});
