// Compiles the 2020-12 metaschema to plain code, so that no schema compiler is loaded when headgate starts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const Ajv2020 = require('ajv/dist/2020').default;
const standaloneCode = require('ajv/dist/standalone').default;

const folder = 'src/language/schema/generated';
const ajv = new Ajv2020({
  allErrors: true,
  strict: false,
  validateFormats: false,
  messages: false,
  code: { source: true, esm: true, lines: false },
});
const code = standaloneCode(ajv, { validate: 'https://json-schema.org/draft/2020-12/schema' });

// The code asks for helpers of ajv with `require`; bundling puts them in, so that the file stands alone.
const bundled = await build({
  stdin: { contents: code, resolveDir: process.cwd(), loader: 'js' },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['main'],
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'error',
});

mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/metaschema.js`, bundled.outputFiles[0].contents);
writeFileSync(
  `${folder}/metaschema.d.ts`,
  `export interface MetaschemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
}
export interface MetaschemaValidator {
  (value: unknown): boolean;
  errors?: readonly MetaschemaError[] | null;
}
export const validate: MetaschemaValidator;
`,
);
