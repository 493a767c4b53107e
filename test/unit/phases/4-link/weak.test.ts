import { describe, expect, test } from 'vitest';
import { createMemoryLoader } from '../../../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../../../src/adapters/policies/memory-client.ts';
import { compile } from '../../../../src/compile.ts';

const base = 'file:///weak/';
const server = {
  program: { path: '/bin/true', network: { endpoints: [{ name: 'api', port: 80 }] } },
  provides: { out: { kind: 'http', endpoint: 'api' } },
  exports: { out: 'provides.out' },
};
const consumer = { program: { path: '/bin/true', args: ['${slots.in.url}'] }, slots: { in: { kind: 'http' } } };
const relay = { slots: { in: { kind: 'http' } }, exports: { out: 'slots.in' } };

/** Whether the one edge from the server through two relays to the consumer is weak; `weak` says so of each of its bindings. */
async function edgeIsWeak(weak: readonly boolean[]): Promise<boolean | undefined> {
  const hops = ['#server.out', '#first.in', '#first.out', '#second.in', '#second.out', '#consumer.in'];
  const scenario = {
    components: { server: './server.json', first: './relay.json', second: './relay.json', consumer: './consumer.json' },
    bindings: weak.map((one, n) => ({ from: hops[2 * n], to: hops[2 * n + 1], weak: one })),
  };
  const files = { 'scenario.json': scenario, 'server.json': server, 'relay.json': relay, 'consumer.json': consumer };
  const texts = Object.entries(files).map(
    ([name, manifest]) => [base + name, JSON.stringify({ manifest_version: '0.4.0', ...manifest })] as const,
  );
  const { compiled, diagnostics } = await compile({
    input: `${base}scenario.json`,
    baseDir: base,
    loader: createMemoryLoader(new Map(texts)),
    policyClient: createMemoryPolicyClient(() => ({ text: '{"interpositions": []}' })),
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(compiled?.plan.edges.map(({ id }) => id)).toEqual(['/consumer.in']);
  return compiled?.plan.edges[0]?.weak;
}

describe('an edge through two relays', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7])('is weak where any of its bindings is (%i)', async (bits) => {
    const weak = [0, 1, 2].map((n) => (bits & (1 << n)) !== 0);
    expect(await edgeIsWeak(weak)).toBe(bits !== 0);
  });
});
