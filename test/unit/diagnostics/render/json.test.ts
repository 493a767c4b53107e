import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import { type JsonReport, renderJson } from '../../../../src/diagnostics/render/json.ts';

const require = createRequire(import.meta.url);
const Ajv2020 = require('ajv/dist/2020').default;
const validate = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync('schemas/diagnostics.schema.json', 'utf8')),
);

const text = 'one\n🚀 two\n';
const sources = new Map([['f', { file: 'f', text }]]);
const base: Diagnostic = { code: 'x/y', aliases: ['old::y'], severity: 'warning', message: 'm', related: [] };
const report = (diagnostic: Diagnostic): JsonReport =>
  JSON.parse(renderJson([diagnostic], sources, { input: 'in' })) as JsonReport;

describe('json', () => {
  it('counts lines and UTF-16 units from 0', () => {
    const start = text.indexOf('two');
    const at = { file: 'f', range: { start, end: start + 3 } };
    const found = report({ ...base, at, label: 'l', help: 'h', related: [{ message: 'r', at }] });
    const range = { start: { line: 1, character: 3 }, end: { line: 1, character: 6 } };
    expect(found).toEqual({
      version: 1,
      diagnostics: [
        {
          code: 'x/y',
          aliases: ['old::y'],
          severity: 'warning',
          message: 'm',
          label: 'l',
          file: 'f',
          range,
          related: [{ message: 'r', file: 'f', range }],
          help: 'h',
        },
      ],
      summary: { errors: 0, warnings: 1, infos: 0, hints: 0 },
    });
    expect(validate(found), JSON.stringify(validate.errors)).toBe(true);
  });

  it('always has a place: the input, where the problem is in no file', () => {
    const found = report(base);
    const start = { line: 0, character: 0 };
    expect(found.diagnostics[0]).toMatchObject({ file: 'in', range: { start, end: start } });
    expect(validate(found)).toBe(true);
  });
});
