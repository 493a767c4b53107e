/** Writes schemas/*.json from the type definitions in src/ (one source for types and schemas). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const bundled = await build({
  stdin: {
    contents:
      "export { deploymentPlanSchema } from './src/ir/plan-schema.ts'; export { diagnosticsSchema } from './src/diagnostics/wire-schema.ts';",
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
const { deploymentPlanSchema, diagnosticsSchema } = await import(`data:text/javascript;base64,${source}`);

mkdirSync('schemas', { recursive: true });
const dialect = { $schema: 'https://json-schema.org/draft/2020-12/schema' };
for (const [name, schema] of Object.entries({ plan: deploymentPlanSchema, diagnostics: diagnosticsSchema })) {
  writeFileSync(`schemas/${name}.schema.json`, `${JSON.stringify({ ...dialect, ...schema }, null, 2)}\n`);
}
