// Compiles the 2020-12 metaschema to plain code, so that no schema compiler is loaded when headgate starts.
import { codeOf, writeStandalone } from './standalone.mjs';

await writeStandalone('src/language/schema/generated', 'metaschema', {
  code: codeOf({ validate: 'https://json-schema.org/draft/2020-12/schema' }, { allErrors: true }),
  minify: { minifySyntax: true, minifyWhitespace: true },
  types: `export interface MetaschemaError {
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
});
