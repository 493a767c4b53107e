// What both generators of plain code from schemas do: ajv writes the code, and bundling makes a file of it that stands alone.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const Ajv2020 = require('ajv/dist/2020').default;
const standaloneCode = require('ajv/dist/standalone').default;

/**
 * Code of ajv that exports a function for each name in `exported`, whose value is the key or `$id` of a schema: one of `schemas`, or
 * one that ajv knows by itself.
 */
export function codeOf(exported, options, schemas = {}) {
  const ajv = new Ajv2020({
    strict: false,
    validateFormats: false,
    messages: false,
    ...options,
    code: { source: true, esm: true, lines: false },
  });
  for (const [key, schema] of Object.entries(schemas)) ajv.addSchema(schema, key);
  return standaloneCode(ajv, exported);
}

/** Writes FOLDER/NAME.js and, with the text `types`, FOLDER/NAME.d.ts. `minify` holds options of esbuild. */
export async function writeStandalone(folder, name, { code, types, minify }) {
  // The code asks for helpers of ajv with `require`; bundling puts them in.
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: process.cwd(), loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['main'],
    target: 'node20',
    logLevel: 'error',
    ...minify,
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.js`, outputFiles[0].contents);
  writeFileSync(`${folder}/${name}.d.ts`, types);
}
