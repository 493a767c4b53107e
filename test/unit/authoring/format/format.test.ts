import { describe, expect, test } from 'vitest';
import { formatText } from '../../../../src/authoring/format/index.ts';
import { formatted } from './harness.ts';

const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

describe('the style', () => {
  test('of YAML', async () => {
    const text = lines(
      '# first',
      "manifest_version:   '0.4.0'   # quoted",
      '',
      '',
      'components:',
      '    a:   {manifest: ./a.yaml,',
      '          config: {n: 0x1F, f: 1.50, e: 1E5, s: "yes"}}',
      'slots: {}',
      'list:',
      '- one',
      '-   two # tail',
      '# last',
    );
    expect(await formatted('a.yaml', text)).toBe(
      lines(
        '# first',
        'manifest_version: "0.4.0" # quoted',
        '',
        'components:',
        '  a: { manifest: ./a.yaml, config: { n: 0x1F, f: 1.50, e: 1E5, s: "yes" } }',
        'slots: {}',
        'list:',
        '  - one',
        '  - two # tail',
        '# last',
      ),
    );
  });

  const loose = `// first\n{'a': "it's", "b-c": .5, /* two */ d: [1,\n2], // tail\n"e": 0xFF}\n// last`;

  test('of JSON5', async () => {
    expect(await formatted('a.json5', loose)).toBe(
      lines(
        '// first',
        '{',
        `  a: "it's",`,
        '  "b-c": 0.5,',
        '  /* two */ d: [1, 2], // tail',
        '  e: 0xff,',
        '}',
        '// last',
      ),
    );
  });

  test('of JSON: quotes around keys, no comma at the end, comments as they were', async () => {
    expect(await formatted('a.json', loose)).toBe(
      lines(
        '// first',
        '{',
        `  "a": "it's",`,
        '  "b-c": 0.5,',
        '  /* two */ "d": [1, 2], // tail',
        '  "e": 0xff',
        '}',
        '// last',
      ),
    );
  });

  test('comments come before a key, or behind the mark of a block text', async () => {
    expect(await formatted('a.json5', '{ a: 1, b: // why\n { c: 2 } }')).toBe(
      lines('{', '  a: 1,', '  // why', '  b: { c: 2 },', '}'),
    );
    expect(await formatted('a.yaml', 'a: # why\n    |\n    text\n')).toBe('a: | # why\n  text\n');
  });

  test('JSON of JSON stays JSON', async () => {
    const text = await formatted('a.json', `{"a":{"b":[1,2.5,"\\u0041",null,true]},"c":"${'x'.repeat(80)}"}`);
    expect(() => JSON.parse(text)).not.toThrow();
    expect(text).toContain('[1, 2.5, "\\u0041", null, true]');
  });

  test.each([
    ['{"a":1}', '{ "a": 1 }\n'],
    ['{a:1}', '{ a: 1 }\n'],
    ['// c\n{ "a":1}', '// c\n{ a: 1 }\n'],
    ['a:   1', 'a: 1\n'],
  ])('of %j without a name', async (text, expected) => expect(await formatted('<stdin>', text)).toBe(expected));

  test('keys that our own parser wants in quotes keep them', async () => {
    const text = '{ "true": 1, "a": { "null": [] } }\n';
    expect(await formatted('a.json5', text)).toBe(text);
  });
});

describe('line ends', () => {
  test.each(['a.yaml', 'a.json5'])('of %s are those of its first line', async (file) => {
    const text = file === 'a.yaml' ? 'a:   1\n# c\nb:\n- x\n' : '{a:1, // c\n/* d\n e */b:2}\n';
    const plain = await formatted(file, text);
    expect(plain).not.toContain('\r');
    const crlf = text.replaceAll('\n', '\r\n');
    expect(await formatted(file, crlf)).toBe(plain.replaceAll('\n', '\r\n'));
    expect(await formatted(file, text.replace('\n', '\r\n'))).toBe(plain.replaceAll('\n', '\r\n'));
    expect(await formatted(file, crlf.replace('\r\n', '\n'))).toBe(plain);
  });

  test('one is at the end', async () => {
    expect(await formatted('a.yaml', 'a: 1')).toBe('a: 1\n');
    expect(await formatted('a.json5', '[]\n\n\n')).toBe('[]\n');
  });
});

describe('large and deep texts', () => {
  const deep = (open: string, inner: string, close: string): string => open.repeat(199) + inner + close.repeat(199);

  test.each([
    ['a.yaml', `a: ${deep('[', 'x', ']')}`],
    ['a.yaml', Array.from({ length: 199 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
    ['a.yaml', `${'- '.repeat(199)}x\n`],
    ['a.json5', deep('[', '', ']')],
    ['a.json', deep('{"a":', '1', '}')],
  ])('%s nests as deep as the language allows', async (file, text) => {
    expect((await formatted(file, text)).length).toBeGreaterThan(199);
  });

  test('flow mappings of YAML take most of the stack: many are formatted, too many are refused and no crash', async () => {
    const nested = (depth: number): string => `${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`;
    expect((await formatted('a.yaml', nested(60))).length).toBeGreaterThan(60);
    const result = await formatText({ file: 'a.yaml', text: nested(199) });
    if ('text' in result) expect(result.text.length).toBeGreaterThan(199);
    else expect(result.diagnostics.map(({ code }) => code)).toEqual(['cli/format-failed']);
  });

  test('a few hundred components are no matter', async () => {
    const many = Array.from({ length: 300 }, (_, i) => `  c${i}: {manifest:   ./c${i}.yaml} # c\n`).join('');
    expect((await formatted('a.yaml', `components:\n${many}`)).split('\n')).toHaveLength(302);
  });

  test('tens of thousands of comments are no deeper than one', async () => {
    const text = '// c\n'.repeat(20_000);
    expect(await formatted('a.json5', `${text}{}`)).toBe(`${text}{}\n`);
  });
});
