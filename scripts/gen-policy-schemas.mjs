/** Writes schemas/policy-*.json and schemas/policy.openapi.json, or into the folder that is given, and the tables of docs/policies/protocol.md. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const bundled = await build({
  stdin: {
    contents: "export * from './src/ir/wire-publish.ts'; export { fieldTables } from './src/ir/wire-tables.ts';",
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
  publishedRequestSchema,
  publishedAnswerSchema,
  publishedSharingRequestSchema,
  publishedSharingAnswerSchema,
  policyOpenApi,
  fieldTables,
} = await import(`data:text/javascript;base64,${source}`);

const folder = process.argv[2] ?? 'schemas';
mkdirSync(folder, { recursive: true });
const dialect = { $schema: 'https://json-schema.org/draft/2020-12/schema' };
const files = {
  'policy-request.schema.json': { ...dialect, ...publishedRequestSchema() },
  'policy-answer.schema.json': { ...dialect, ...publishedAnswerSchema() },
  'policy-request-v2.schema.json': { ...dialect, ...publishedSharingRequestSchema() },
  'policy-answer-v2.schema.json': { ...dialect, ...publishedSharingAnswerSchema() },
  'policy.openapi.json': policyOpenApi(),
};
for (const [name, value] of Object.entries(files)) {
  writeFileSync(`${folder}/${name}`, `${JSON.stringify(value, null, 2)}\n`);
}

const page = 'docs/policies/protocol.md';
if (process.argv[2] === undefined && existsSync(page)) {
  let text = readFileSync(page, 'utf8');
  const both = { $defs: { ...publishedRequestSchema().$defs, ...publishedAnswerSchema().$defs } };
  for (const [name, schema, told] of [
    ['question', publishedRequestSchema()],
    ['answer', publishedAnswerSchema(), publishedRequestSchema()],
    ['question in version 2', publishedSharingRequestSchema(), publishedRequestSchema()],
    ['answer in version 2', publishedSharingAnswerSchema(), both],
  ]) {
    const [before, rest] = text.split(`<!-- begin: fields of the ${name}; npm run gen -->`);
    const after = rest?.split(`<!-- end: fields of the ${name} -->`)[1];
    if (after === undefined) throw new Error(`${page} has no marks for the fields of the ${name}`);
    text = `${before}<!-- begin: fields of the ${name}; npm run gen -->\n\n${fieldTables(schema, told)}\n<!-- end: fields of the ${name} -->${after}`;
  }
  writeFileSync(page, text);
}
