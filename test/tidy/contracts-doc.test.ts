/** docs/contracts.md says of every part of a contract what keeps it true, or that nothing does yet. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import { contractSchema } from '../../src/language/contract/contract-schema.ts';
import { faultsOfTests, rowsBelow } from '../support/test-titles.ts';

const page = readFileSync('docs/contracts.md', 'utf8');
const nothing = 'not enforced yet';

/** Every field without fields of its own, and every entry that a list must have. */
function partsOf(schema: JsonObject, path = ''): readonly string[] {
  const { properties, items, allOf } = schema as { properties?: JsonObject; items?: JsonObject; allOf?: JsonObject[] };
  if (properties)
    return Object.entries(properties).flatMap(([name, inner]) =>
      partsOf(inner as JsonObject, path === '' ? name : `${path}.${name}`),
    );
  if (!items) return [path];
  const needed = (allOf ?? []).map(({ contains }) => `${path}: ${constantIn(contains as JsonObject)}`);
  return [...(items['properties'] ? partsOf(items, `${path}[]`) : []), ...needed];
}

function constantIn(schema: JsonObject): string {
  if (typeof schema['const'] === 'string') return schema['const'];
  const [inner] = Object.values(schema['properties'] as JsonObject);
  return constantIn(inner as JsonObject);
}

const faultsOf = (markdown: string, parts: readonly string[]): readonly string[] => {
  const rows = rowsBelow(markdown, '## What holds');
  const named = rows.flatMap(([cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, part]) => part as string));
  return [
    ...parts.filter((part) => !named.includes(part)).map((part) => `${part} has no row`),
    ...named.filter((part, index) => named.indexOf(part) < index).map((part) => `${part} has two rows`),
    ...named.filter((part) => !parts.includes(part)).map((part) => `${part} is no part of a contract`),
    ...rows.flatMap(([part = '', by = '', test = '', ...more]) => {
      if (by === '' || more.length > 0) return [`${part}: a part, what keeps it, and a test belong in a row`];
      return test === nothing ? [] : faultsOfTests(test).map((fault) => `${part}: ${fault}`);
    }),
  ];
};

describe('004-4, 004-5: what a contract says', () => {
  it('is kept by something that a test holds, or said not to be, part by part', () => {
    const parts = partsOf(contractSchema);
    expect(parts.length).toBeGreaterThan(80);
    expect(parts).toContain('controls.ambientAuthority');
    expect(parts).toContain('supportedOperationTypes: agent_machine.container.run');
    expect(faultsOf(page, parts)).toEqual([]);
  });

  it('would be missed', () => {
    const head = '## What holds\n| part | kept by | test |\n|---|---|---|\n';
    const rows = [
      '| `a` | x | not enforced yet |',
      '| `a`, `c` | x | [y](../test/gone.test.ts) "z" |',
      '| `d` |  | not enforced yet |',
      '| `e` | x | soon |',
    ];
    expect(faultsOf(`${head}${rows.join('\n')}\n`, ['a', 'b', 'd', 'e'])).toEqual([
      'b has no row',
      'a has two rows',
      'c is no part of a contract',
      '`a`, `c`: there is no test/gone.test.ts',
      '`d`: a part, what keeps it, and a test belong in a row',
      '`e`: `soon` is not a file and a title',
    ]);
  });
});
