import { expect, test } from 'vitest';
import { createMemoryLoader } from '../../../../src/adapters/loaders/memory-loader.ts';
import { compile } from '../../../../src/compile.ts';
import { createStubPolicyClient } from '../../../support/stub-policy-client.ts';

test('what is empty in a child template is left out of the scenario IR and of requests', async () => {
  const folder = 'file:///scenario/';
  const root = {
    manifest_version: '0.4.0',
    slots: { realm: { kind: 'component', optional: true } },
    child_templates: {
      full: { config: { a: 1 }, visible_exports: ['x'], possible_backends: ['direct'] },
      bare: { config: {}, bindings: {}, visible_exports: [], possible_backends: [] },
    },
  };
  const { compiled, diagnostics } = await compile({
    input: `${folder}scenario.json5`,
    baseDir: folder,
    loader: createMemoryLoader(new Map([[`${folder}scenario.json5`, JSON.stringify(root)]])),
    policyClient: createStubPolicyClient(new Map()),
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(compiled?.governed.graph.components[0]?.childTemplates).toEqual({
    full: {
      config: { a: { mode: 'prefilled', value: 1 } },
      visible_exports: ['x'],
      possible_backends: ['direct'],
    },
    bare: {},
  });
});
