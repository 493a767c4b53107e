/** Writes schemas/*.json, or into the folder that is given, from the definitions in src/ (one source for types and schemas). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const bundled = await build({
  stdin: {
    contents: [
      "export { deploymentPlanSchema } from './src/ir/plan-schema.ts';",
      "export { foldedPlanSchema } from './src/ir/plan-folded-schema.ts';",
      "export { diagnosticsSchema } from './src/diagnostics/wire-schema.ts';",
      "export { settingsSchema } from './src/language/settings/schema.ts';",
      "export { policyTestSchema } from './src/policy/test/schema.ts';",
      "export { manifestSchema } from './src/language/manifest-schema/manifest.ts';",
      "export { journalSchema } from './src/language/journal/entry-schema.ts';",
      "export { lockFileSchema } from './src/language/lock/lock-schema.ts';",
      "export { optionsSchema } from './src/runtime/state/options-schema.ts';",
      "export { contractSchema } from './src/language/contract/contract-schema.ts';",
      "export { delegationSchema } from './src/language/delegation/schema.ts';",
      "export { recordSchema } from './src/language/contract/record-schema.ts';",
      "export { bundleSchema } from './src/language/contract/bundle-schema.ts';",
    ].join('\n'),
    resolveDir: process.cwd(),
    loader: 'ts',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
  logLevel: 'error',
});
const source = Buffer.from(bundled.outputFiles[0].contents).toString('base64');
const {
  deploymentPlanSchema,
  foldedPlanSchema,
  diagnosticsSchema,
  settingsSchema,
  policyTestSchema,
  manifestSchema,
  journalSchema,
  lockFileSchema,
  optionsSchema,
  contractSchema,
  delegationSchema,
  recordSchema,
  bundleSchema,
} = await import(`data:text/javascript;base64,${source}`);

const folder = process.argv[2] ?? 'schemas';
mkdirSync(folder, { recursive: true });
const dialect = { $schema: 'https://json-schema.org/draft/2020-12/schema' };
const schemas = {
  plan: deploymentPlanSchema,
  'plan-v2': foldedPlanSchema,
  diagnostics: diagnosticsSchema,
  'policy-test': policyTestSchema(),
  settings: settingsSchema(),
  manifest: manifestSchema,
  journal: journalSchema,
  lock: lockFileSchema,
  options: optionsSchema,
  'operation-contract': contractSchema,
  'operation-record': recordSchema,
  delegation: delegationSchema(),
  'support-bundle': bundleSchema,
};
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(`${folder}/${name}.schema.json`, `${JSON.stringify({ ...dialect, ...schema }, null, 2)}\n`);
}
