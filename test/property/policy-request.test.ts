/** Questions are what the published schema says, and hold no field that it does not name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import { createMemoryPolicyClient } from '../../src/adapters/policies/memory-client.ts';
import { isObject, type JsonValue } from '../../src/base/json.ts';
import { compile } from '../../src/compile.ts';
import { compileSchema } from '../support/answer-agreement.ts';
import { randomScenario, toFiles } from '../support/random-scenario.ts';

const published = JSON.parse(readFileSync('schemas/policy-request.schema.json', 'utf8')) as JsonValue;

/** With `additionalProperties: false` wherever fields are listed. */
function closed(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return (schema as readonly JsonValue[]).map(closed);
  if (!isObject(schema)) return schema;
  const inside = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return schema['type'] === 'object' && isObject(schema['properties'])
    ? { ...inside, additionalProperties: false }
    : inside;
}

const accepts = compileSchema(closed(published));

function judge(body: string): void {
  expect(accepts(JSON.parse(body)), `${JSON.stringify(accepts.errors)}\n${body}`).toBe(true);
}

test('questions of all golden cases', () => {
  const files = readdirSync('golden', { recursive: true, encoding: 'utf8' }).filter((path) =>
    /expected\/requests\/\d+\.json$/.test(path),
  );
  expect(files.length).toBeGreaterThan(60);
  for (const file of files) judge(readFileSync(join('golden', file), 'utf8'));
});

test('questions of random scenarios', async () => {
  const base = 'file:///scenario/';
  await fc.assert(
    fc.asyncProperty(randomScenario, async (scenario) => {
      const policyClient = createMemoryPolicyClient((ask) => {
        judge(ask.body);
        return { text: '{"interpositions": []}' };
      });
      const files = new Map([...toFiles(scenario)].map(([name, text]) => [base + name, text]));
      const loader = createMemoryLoader(files);
      await compile({ input: `${base}scenario.json5`, baseDir: base, loader, policyClient });
    }),
    { numRuns: 100 },
  );
});

test('a field more, or one less, is seen', () => {
  const path = 'golden/policies/29-numbers-of-edges/expected/requests/0.json';
  const good = JSON.parse(readFileSync(path, 'utf8')) as { scope: { components: Record<string, JsonValue>[] } };
  judge(JSON.stringify(good));
  const [first = {}] = good.scope.components;
  for (const key of Object.keys(first)) {
    const { [key]: _, ...rest } = first;
    expect(accepts({ scope: { ...good.scope, components: [rest] } }), key).toBe(false);
  }
  expect(accepts({ scope: { ...good.scope, components: [{ ...first, more: 1 }] } })).toBe(false);
});
