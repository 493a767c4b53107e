/** docs/contracts.md says of every part of a contract what keeps it true, or that nothing does; what it says is one table, which proves itself. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ContractRow, readRows, withTable } from '../../scripts/contract-table.mjs';
import type { JsonObject } from '../../src/base/json.ts';
import { contractSchema } from '../../src/language/contract/contract-schema.ts';
import { faultsOfTests } from '../support/test-titles.ts';

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

const faultsOf = (rows: readonly ContractRow[], parts: readonly string[]): readonly string[] => {
  const named = rows.flatMap((row) => row.parts);
  return [
    ...parts.filter((part) => !named.includes(part)).map((part) => `${part} has no row`),
    ...named.filter((part, index) => named.indexOf(part) < index).map((part) => `${part} has two rows`),
    ...named.filter((part) => !parts.includes(part)).map((part) => `${part} is no part of a contract`),
    ...rows.flatMap((row) => faultsOfRow(row).map((fault) => `${row.parts[0]}: ${fault}`)),
  ];
};

function faultsOfRow({ state, by, modules, tests, mutations = [] }: ContractRow): readonly string[] {
  if (!['enforced', 'in part', 'not enforced'].includes(state)) return [`it cannot be \`${state}\``];
  const isKept = state !== 'not enforced';
  const proved = new Set(mutations.map(({ test = 0 }) => test));
  return [
    ...(by === '' || by.includes('|') ? ['it says in a line what keeps it'] : []),
    ...(isKept === modules.length > 0 && isKept === tests.length > 0
      ? []
      : ['what is kept has modules and tests, and nothing else has']),
    ...modules.filter((path) => !existsSync(path)).map((path) => `there is no ${path}`),
    ...tests.flatMap(({ file, title }) => faultsOfTests(`[x](../${file}) "${title}"`)),
    ...tests.flatMap(({ title }, index) =>
      state !== 'enforced' || proved.has(index) ? [] : [`no mutation for "${title}"`],
    ),
    ...mutations.flatMap(({ file, replace, with: instead, test = 0 }) => {
      if (!tests[test]) return [`a mutation is for a test that is not there`];
      const found = existsSync(file) ? readFileSync(file, 'utf8').split(replace).length - 1 : 0;
      if (replace === instead || replace === '') return ['a mutation changes nothing'];
      return found === 1 ? [] : [`\`${replace}\` stands ${found} times in ${file}, and once is what a mutation needs`];
    }),
  ];
}

describe('004-4, 004-5: what a contract says', () => {
  it('is kept by something that a test holds, or said not to be, part by part', () => {
    const parts = partsOf(contractSchema);
    expect(parts.length).toBeGreaterThan(80);
    expect(parts).toContain('controls.ambientAuthority');
    expect(parts).toContain('supportedOperationTypes: agent_machine.container.run');
    expect(faultsOf(readRows(), parts)).toEqual([]);
  });

  it('stands in the document as it stands in the table', () => {
    const page = readFileSync('docs/contracts.md', 'utf8');
    expect(withTable(page, readRows()) === page, 'npm run gen').toBe(true);
  });

  it('would be missed', () => {
    const test = { file: 'test/tidy/contracts-doc.test.ts', title: 'would be missed' };
    const kept = { state: 'enforced', by: 'x', modules: ['src/base/json.ts'], tests: [test] } as const;
    const mutation = { file: 'src/base/json.ts', replace: 'export const isObject', with: '' };
    const rows: readonly ContractRow[] = [
      { parts: ['a'], state: 'not enforced', by: 'x', modules: [], tests: [] },
      { parts: ['a', 'c'], ...kept, mutations: [mutation] },
      {
        parts: ['d'],
        ...kept,
        by: '',
        modules: ['src/gone.ts'],
        tests: [{ ...test, title: 'gone' }],
        mutations: [mutation],
      },
      { parts: ['e'], ...kept },
      { parts: ['f'], state: 'in part', by: 'x', modules: [], tests: [] },
      { parts: ['g'], ...kept, state: 'soon' as 'enforced' },
      {
        parts: ['h'],
        ...kept,
        mutations: [
          { ...mutation, replace: 'export ' },
          { ...mutation, test: 3 },
        ],
      },
    ];
    expect(faultsOf(rows, ['a', 'b', 'd', 'e', 'f', 'g', 'h'])).toEqual([
      'b has no row',
      'a has two rows',
      'c is no part of a contract',
      'd: it says in a line what keeps it',
      'd: there is no src/gone.ts',
      'd: test/tidy/contracts-doc.test.ts has no test "gone"',
      'e: no mutation for "would be missed"',
      'f: what is kept has modules and tests, and nothing else has',
      'g: it cannot be `soon`',
      expect.stringMatching(/^h: `export ` stands \d+ times in src\/base\/json.ts, and once is what a mutation needs$/),
      'h: a mutation is for a test that is not there',
    ]);
  });
});
