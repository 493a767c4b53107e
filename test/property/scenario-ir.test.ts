import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import { type Compiled, type CompileOptions, compile } from '../../src/compile.ts';
import type { Graph } from '../../src/ir/graph.ts';
import {
  allLeaves,
  answerOf,
  type RandomScenario,
  randomScenario,
  rulesOf,
  toFiles,
} from '../support/random-scenario.ts';

const base = 'file:///scenario/';

async function run(files: ReadonlyMap<string, string>, options: Partial<CompileOptions>): Promise<Compiled> {
  const result = await compile({
    input: `${base}scenario.json5`,
    baseDir: base,
    loader: createMemoryLoader(new Map([...files].map(([name, text]) => [base + name, text]))),
    policyClient: createMemoryPolicyClient(() => ({ text: '{"interpositions": []}' })),
    ...options,
  });
  expect(result.diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  if (!result.compiled) throw new Error('no plan');
  return result.compiled;
}

const irOf = (compiled: Compiled): string => compiled.emit('ir').get('ir.json') ?? '';
/** The one that references in goldens name. */
const local = { provider: 'local_encrypted', file: 'secrets.vault', key: { file: '~/keys/local.key' } } as const;
const fromIr = (text: string): Promise<Compiled> =>
  run(new Map([['ir.json', text]]), { input: `${base}ir.json`, ir: true, runtime: { vaults: { local } } });

const fromScenario = (scenario: RandomScenario): Promise<Compiled> =>
  run(toFiles(scenario), {
    policyClient: createMemoryPolicyClient((ask) => ({ text: answerOf(rulesOf(scenario, ask.display), ask.body) })),
  });

/** Everything but what an interposed edge is called, which only its policy's record tells. */
const shape = ({ components, edges, exports, digest }: Graph): unknown => ({
  components,
  edges: edges.map(({ from, to, capability, weak }) => ({ from, to, capability, weak })),
  exports,
  digest,
});

test('a scenario IR compiles to itself, and to the same graph and config', async () => {
  let relays = 0;
  await fc.assert(
    fc.asyncProperty(randomScenario, async (scenario) => {
      relays += allLeaves(scenario).filter(({ relay }) => relay !== null).length;
      const written = await fromScenario(scenario);
      const read = await fromIr(irOf(written));
      expect(irOf(read)).toBe(irOf(written));
      expect(shape(read.governed.graph)).toEqual(shape(written.governed.graph));
      expect(read.governed.spaces).toEqual(written.governed.spaces);
      expect(read.plan.config).toEqual(written.plan.config);
    }),
    { numRuns: 60 },
  );
  expect(relays).toBeGreaterThan(0);
});

const cases = readdirSync('golden', { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith(join('expected', 'ir.json')),
);

test.each(cases)('%s compiles to itself', async (path) => {
  const text = readFileSync(join('golden', path), 'utf8');
  expect(irOf(await fromIr(text))).toBe(text);
});

test('components may have ids with gaps, in any order, with the root among them', async () => {
  const scenario = fc.sample(randomScenario, { numRuns: 20, seed: 7 });
  for (const one of scenario) {
    const text = irOf(await fromScenario(one));
    const ir = JSON.parse(text) as { root: number; components: { id: number }[] };
    const last = ir.components.length;
    const moved = JSON.stringify({ ...ir, components: [...ir.components].reverse() }, (key, value: unknown) => {
      if (key === 'children') return (value as number[]).map((id) => (last - id) * 3);
      const isId = ['id', 'root', 'parent', 'component', 'authority_realm'].includes(key) && typeof value === 'number';
      return isId ? (last - value) * 3 : value;
    });
    const { graph } = (await fromIr(moved)).governed;
    const before = (await fromIr(text)).governed.graph;
    expect(graph.components.map(({ moniker }) => moniker).sort()).toEqual(
      before.components.map(({ moniker }) => moniker).sort(),
    );
    expect(graph.edges.map(({ id }) => id)).toEqual(before.edges.map(({ id }) => id));
    expect(graph.components[0]?.moniker).toBe('/');
  }
});
