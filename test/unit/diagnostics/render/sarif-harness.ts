import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { SourceText } from '../../../../src/base/text.ts';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';

const require = createRequire(import.meta.url);
const Ajv = require('ajv').default;
const addFormats = require('ajv-formats').default;

export const schema: { readonly $id: string } = JSON.parse(
  readFileSync('test/fixtures/sarif-schema-2.1.0.json', 'utf8'),
);
// One pattern of the schema has a bracket that regular expressions with the flag `u` do not take.
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(schema);

/** Empty for a valid file. */
export const faultsOf = (log: unknown): readonly unknown[] => (validate(log) ? [] : validate.errors);

export interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly [Located];
  readonly relatedLocations?: readonly Located[];
  readonly fixes?: readonly unknown[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

export interface Located {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string; readonly index: number };
    readonly region: {
      readonly startLine: number;
      readonly startColumn: number;
      readonly endLine: number;
      readonly endColumn: number;
    };
  };
  readonly message?: { readonly text: string };
}

export interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly artifacts: readonly { readonly location: { readonly uri: string } }[];
      readonly results: readonly Result[];
    },
  ];
}

export const parse = (text: string): Log => JSON.parse(text) as Log;

export const sourcesOf = (texts: Readonly<Record<string, string>>): Map<string, SourceText> =>
  new Map(Object.entries(texts).map(([file, text]) => [file, { file, text }]));

export const plainDiagnostic: Diagnostic = {
  code: 'link/unbound-slot',
  aliases: [],
  severity: 'error',
  message: 'm',
  related: [],
};

/** Marks the n-th place of a text. */
export function marked(file: string, text: string, part: string, n = 1): Diagnostic['at'] & object {
  let start = -1;
  for (let i = 0; i < n; i++) start = text.indexOf(part, start + 1);
  return { file, range: { start, end: start + part.length } };
}
