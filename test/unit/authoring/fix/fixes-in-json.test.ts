import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { createFixesOf } from '../../../../src/authoring/fix/text-fix.ts';
import { renderJson } from '../../../../src/diagnostics/render/json.ts';
import { check } from './scenario.ts';

const schema = JSON.parse(readFileSync('schemas/diagnostics.schema.json', 'utf8')) as object;
const fits = new Ajv2020({ strict: false, allErrors: true }).compile(schema);

const text = `manifest_version: "0.4.0"
program: { path: ./serve, network: { endpoints: [{ name: http, port: 80 }] } }
provides: { api: { kind: http, endpoint: http } }
exports: { ünï: self.api }
`;

describe('fixes in JSON', () => {
  test('are edits in characters, and fit the schema', async () => {
    const { diagnostics, sources } = await check({ 'scenario.yaml': text });
    const report = JSON.parse(renderJson(diagnostics, sources, { input: '', fixesOf: createFixesOf(sources) }));
    expect(fits(report), JSON.stringify(fits.errors)).toBe(true);
    expect(report.diagnostics[0].fixes).toEqual([
      {
        title: 'write `provides.api`',
        kind: 'safe',
        edits: [
          {
            file: 'scenario.yaml',
            range: { start: { line: 3, character: 16 }, end: { line: 3, character: 24 } },
            newText: 'provides.api',
          },
        ],
      },
    ]);
  });

  test('are none where nobody asks, and where they would take too long', async () => {
    const { diagnostics, sources } = await check({ 'scenario.yaml': text });
    expect(renderJson(diagnostics, sources, { input: '' })).not.toContain('fixes');
    const large = new Map(
      [...sources].map(([file, source]) => [file, { ...source, text: source.text.padEnd(5_000_000) }]),
    );
    expect(diagnostics.flatMap(createFixesOf(large))).toEqual([]);
    expect(diagnostics.flatMap(createFixesOf(sources))).toHaveLength(1);
  });
});
