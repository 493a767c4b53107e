import { describe, expect, test } from 'vitest';
import { createMemoryLoader } from '../../../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../../../src/adapters/policies/memory-client.ts';
import { type CompileResult, compile } from '../../../../src/compile.ts';

const base = 'file:///routes/';
const program = {
  path: '/bin/true',
  args: [{ each: 'slots.up', arg: '${item.url}' }],
  network: { endpoints: [{ name: 'api', port: 80 }] },
};
const server = {
  program: { ...program, args: [] },
  provides: { out: { kind: 'http', endpoint: 'api' } },
  exports: { out: 'provides.out' },
};
const many = { up: { kind: 'http', multiple: true } };

function run(files: Readonly<Record<string, object>>): Promise<CompileResult> {
  const texts = new Map(
    Object.entries(files).map(([name, m]) => [base + name, JSON.stringify({ manifest_version: '0.4.0', ...m })]),
  );
  const policyClient = createMemoryPolicyClient(() => ({ text: '{"interpositions": []}' }));
  return compile({ input: `${base}scenario.json5`, baseDir: base, loader: createMemoryLoader(texts), policyClient });
}

/** Relays inside each other; each forwards its slot twice into the next. */
function doubling(levels: number): Readonly<Record<string, object>> {
  const twice = [
    { to: '#c.up', from: 'slots.up' },
    { to: '#c.up', from: 'slots.up' },
  ];
  const files: Record<string, object> = {
    'scenario.json5': { components: { s: './s.json5', c: './m0.json5' }, bindings: [{ to: '#c.up', from: '#s.out' }] },
    's.json5': server,
    'end.json5': { program, slots: many },
  };
  for (let i = 0; i < levels; i++) {
    files[`m${i}.json5`] = {
      slots: many,
      components: { c: i + 1 < levels ? `./m${i + 1}.json5` : './end.json5' },
      bindings: twice,
    };
  }
  return files;
}

describe('routes', () => {
  test('each route through relays is an edge of its own, with an id of its own', async () => {
    const { compiled, diagnostics } = await run(doubling(2));
    expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
    expect(compiled?.plan.edges.map((e) => e.id)).toEqual(['', '#2', '#3', '#4'].map((n) => `/c/c/c.up[/s.out]${n}`));
  });

  test('bindings that double at every level are refused, not followed', async () => {
    const { diagnostics } = await run(doubling(40));
    expect(diagnostics.filter((d) => d.severity === 'error').map((d) => d.code)).toEqual(['link/too-many-routes']);
  });
});
