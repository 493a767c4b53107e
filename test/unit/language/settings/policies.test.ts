import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { readSettings } from '../../../../src/language/settings/index.ts';
import { settingsSchema } from '../../../../src/language/settings/schema.ts';
import { loadSyntax, parseSyntax } from '../../../../src/language/syntax/parse.ts';
import { toJson } from '../../../../src/language/syntax/to-json.ts';

await loadSyntax('yaml');

const fits = new Ajv2020({ allowUnionTypes: true }).compile(settingsSchema());

function read(section: string) {
  const text = `policies: ${section}`;
  const source = { file: 'headgate.yaml', text };
  const sink = createSink();
  const settings = readSettings(source, sink);
  const node = parseSyntax(source, createSink());
  const marked = (at?: { readonly range: { readonly start: number; readonly end: number } }): string =>
    text.slice(at?.range.start, at?.range.end);
  return {
    policies: settings?.policies,
    faults: sink.diagnostics.map((d) => `${d.code} ${marked(d.at)}`),
    help: sink.diagnostics.map((d) => d.help ?? '').join('; '),
    published: node !== undefined && fits(toJson(node)),
    marked,
  };
}

describe('policies in the settings', () => {
  test('are none unless given', () => {
    expect(read('{}')).toMatchObject({ policies: [], faults: [], published: true });
  });

  test('have a mode, limits and grants', () => {
    const { policies, faults, published, marked } = read(
      '{ a: {}, "#b.c": { mode: warn, limits: { start: 1, connect: 2s, headers: 1.5s, body: 3m, total: 40ms, answer_bytes: 5 } }, /d: { grants: { secrets: [x, y.z] } } }',
    );
    expect([faults, published]).toEqual([[], true]);
    expect(
      policies?.map(({ at, secrets, ...rest }) => ({ ...rest, secrets: secrets?.map(({ path }) => path) })),
    ).toEqual([
      { name: 'a' },
      {
        name: '#b.c',
        mode: 'warn',
        limits: { startMs: 1, connectMs: 2000, headersMs: 1500, bodyMs: 180_000, totalMs: 40, maxBodyBytes: 5 },
      },
      { name: '/d', secrets: ['x', 'y.z'] },
    ]);
    expect(policies?.map(({ at }) => marked(at))).toEqual(['a', '"#b.c"', '/d']);
    expect(policies?.[2]?.secrets?.map(({ at }) => marked(at))).toEqual(['x', 'y.z']);
  });

  test.each([
    ['[]', 'settings/wrong-type []', ''],
    ['{ a: 1 }', 'settings/wrong-type 1', ''],
    ['{ a: { mod: warn } }', 'settings/unknown-field mod', 'did you mean `mode`?'],
    ['{ a: { mode: warning } }', 'settings/invalid-value warning', '`warn`'],
    ['{ a: { mode: shadwo } }', 'settings/invalid-value shadwo', 'did you mean `shadow`?'],
    ['{ a: { limits: { answer: 1 } } }', 'settings/unknown-field answer', ''],
    ['{ a: { limits: { start: 0 } } }', 'settings/invalid-value 0', ''],
    ['{ a: { limits: { start: 0s } } }', 'settings/invalid-value 0s', 'milliseconds'],
    ['{ a: { limits: { start: 1h } } }', 'settings/invalid-value 1h', 'milliseconds'],
    ['{ a: { limits: { total: 40000m } } }', 'settings/invalid-value 40000m', 'milliseconds'],
    ['{ a: { limits: { body: 1.5 } } }', 'settings/wrong-type 1.5', ''],
    ['{ a: { limits: { answer_bytes: 1k } } }', 'settings/wrong-type 1k', ''],
    ['{ a: { grants: { secret: [x] } } }', 'settings/unknown-field secret', 'did you mean `secrets`?'],
    ['{ a: { grants: { secrets: x } } }', 'settings/wrong-type x', ''],
    ['{ a: { grants: { secrets: [1] } } }', 'settings/wrong-type 1', ''],
  ])('%s is refused', (section, fault, help) => {
    const found = read(section);
    expect(found.faults).toEqual([fault]);
    expect(found.help).toContain(help);
    expect(found.policies).toBeUndefined();
    // A length of time that is none has the form of one.
    expect(found.published).toBe(/0s|40000m/.test(section));
  });

  test('that stand there twice are refused', () => {
    expect(read('{ a: {}, a: {} }').faults[0]).toContain('settings/duplicate-field');
  });
});
