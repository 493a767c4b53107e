/** Writes schemas/control.openapi.json, or into the folder that is given, from the definitions in src/server/. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const bundled = await build({
  stdin: {
    contents: "export { controlOpenApi } from './src/server/openapi.ts';",
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
const { controlOpenApi } = await import(`data:text/javascript;base64,${source}`);

const folder = process.argv[2] ?? 'schemas';
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/control.openapi.json`, `${JSON.stringify(controlOpenApi(), null, 2)}\n`);
