/** No pass recurses along the tree or the graph: chains that would overflow any stack are linked. */
import { describe, expect, test } from 'vitest';
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { compile } from '../../src/compile.ts';

const base = 'file:///deep/';
const program = { path: '/bin/true', network: { endpoints: [{ name: 'api', port: 80 }] } };

async function check(files: ReadonlyMap<string, object>): Promise<readonly string[]> {
  const texts = new Map(
    [...files].map(([name, manifest]) => [base + name, JSON.stringify({ manifest_version: '0.4.0', ...manifest })]),
  );
  const result = await compile({ input: `${base}scenario.json5`, baseDir: base, loader: createMemoryLoader(texts) });
  return result.diagnostics.filter((d) => d.severity === 'error').map((d) => d.code);
}

const depth = 20_000;
const server = { program, provides: { out: { kind: 'http', endpoint: 'api' } }, exports: { out: 'provides.out' } };

describe('depth', () => {
  test('a slot is forwarded through 20,000 components', async () => {
    const files = new Map<string, object>([
      [
        'scenario.json5',
        { components: { s: './s.json5', c: './m0.json5' }, bindings: [{ to: '#c.up', from: '#s.out' }] },
      ],
      ['s.json5', server],
      ['end.json5', { program: { ...program, args: ['${slots.up.url}'] }, slots: { up: { kind: 'http' } } }],
    ]);
    for (let i = 0; i < depth; i++) {
      const next = i + 1 < depth ? `./m${i + 1}.json5` : './end.json5';
      files.set(`m${i}.json5`, {
        slots: { up: { kind: 'http' } },
        components: { c: next },
        bindings: [{ to: '#c.up', from: 'slots.up' }],
      });
    }
    expect(await check(files)).toEqual([]);
  });

  test('an export is handed up through 20,000 components, and a missing one is reported where it is named', async () => {
    const files = new Map<string, object>([
      ['scenario.json5', { components: { c: './m0.json5' }, exports: { out: '#c.out' } }],
      ['end.json5', server],
    ]);
    for (let i = 0; i < depth; i++) {
      const next = i + 1 < depth ? `./m${i + 1}.json5` : './end.json5';
      files.set(`m${i}.json5`, { components: { c: next }, exports: { out: '#c.out' } });
    }
    expect(await check(files)).toEqual([]);
    files.set('end.json5', { ...server, exports: { other: 'provides.out' } });
    expect(await check(files)).toEqual(['link/invalid-export']);
  });

  test('20,000 components that depend on each other in a row, and in a ring', async () => {
    const components: Record<string, string> = {};
    const bindings: object[] = [];
    for (let i = 0; i < depth; i++) {
      components[`c${i}`] = './c.json5';
      if (i > 0) bindings.push({ to: `#c${i}.up`, from: `#c${i - 1}.out` });
    }
    const leaf = { ...server, slots: { up: { kind: 'http', optional: true } } };
    const files = new Map<string, object>([
      ['scenario.json5', { components, bindings }],
      ['c.json5', leaf],
    ]);
    expect(await check(files)).toEqual([]);
    files.set('scenario.json5', { components, bindings: [...bindings, { to: '#c0.up', from: `#c${depth - 1}.out` }] });
    expect(await check(files)).toEqual(['link/dependency-cycle']);
  });
});
