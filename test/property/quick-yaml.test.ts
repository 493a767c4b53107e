/** What is read the quick way is what the library reads, and whatever the library refuses is left to it. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxManifestBytes, maxNesting, maxParts } from '../../src/language/syntax/limits.ts';
import { quickYaml } from '../../src/language/syntax/quick-yaml.ts';
import { parseYaml } from '../../src/language/syntax/yaml.ts';

/** True when it was read the quick way. */
function agrees(text: string): boolean {
  const quick = quickYaml(text);
  if (quick !== undefined) expect(parseYaml(text), JSON.stringify(text)).toEqual({ node: quick });
  return quick !== undefined;
}

const tokens = [
  ...[
    'a:',
    'b:',
    'a-b:',
    '"c":',
    "'d e':",
    'true:',
    '? ',
    '- ',
    '-',
    '  ',
    ' ',
    '    ',
    '\n',
    '\n',
    '\n  ',
    '\n    ',
    '\n\n',
  ],
  ...[
    'x',
    'x y',
    'x  y',
    'a:b',
    'a: b',
    'http://h/x',
    '"q"',
    "'q'",
    "''",
    '""',
    "'it''s'",
    '"\\n"',
    '"é😀"',
    '"x',
    'é',
  ],
  ...[
    '1',
    '0',
    '01',
    '0x1f',
    '1.5',
    '-1',
    '.5',
    './x.yaml',
    '../x',
    '.inf',
    '~',
    'null',
    'Null',
    'True',
    'false',
    'yes',
  ],
  ...[
    '[]',
    '{}',
    '[ ]',
    '[a, b]',
    '[a, ]',
    '[a b]',
    '{a: 1}',
    '{ a: "x", b: [1] }',
    '{a:1}',
    '{"a":1}',
    '[a: b]',
    '{a}',
  ],
  ...['# c', ' # c', '\n# c', '\n  # c', '#x', ' #', '&x', '*x', '!!str', '|', '>', '%', '@', '`', '---', '...', '<<:'],
  ...[
    ',',
    '[',
    ']',
    '{',
    '}',
    ':',
    '"',
    "'",
    '\t',
    '\r\n',
    '\ufeff',
    '\u2028',
    '-u',
    '--',
    '---',
    '--a',
    '-a:',
    ':1',
    ':-',
    '~/',
    '-1a',
    '- -',
    '/a:',
    'a:/b',
    'x:y: z',
    '\u0085',
    '$x',
    '${a}',
    '/a/b',
    '_',
    '\\',
  ],
];
const soup = fc.array(fc.constantFrom(...tokens), { maxLength: 10 }).map((all) => all.join(''));

const word = fc.constantFrom(
  'True',
  'NULL',
  "'it''s'",
  '"\u2028"',
  '"\u0085"',
  '"\ufeff"',
  "'\t'",
  'x',
  './x.yaml',
  '"#a.b"',
  "'q r'",
  'a b',
  'true',
  'null',
  '80',
  '""',
  '${config.x}',
  'x#y',
  '/u/e',
  '-u',
  '--a=b',
  'i:1',
  'http://h',
  '~/x',
  'x -y',
  'a.b',
);
const inner = fc.constantFrom(
  '[]',
  '{}',
  '[a, "b", 1]',
  '{ kind: http, optional: true }',
  '[ "x" , [y] ]',
  '{a: {b: c}}',
  '[-u, a b, i:1]',
  '{a: -x, b: c d , /e.f: g}',
);
const tail = fc.constantFrom(
  '',
  '',
  '',
  ' ',
  ' # note',
  '  #',
  '\n',
  '\n\n',
  '\n  ',
  ' # x\n   ',
  '\n# c',
  '\n    # c',
);
const name = fc.constantFrom('a', 'b', 'manifest_version', 'x-y', '/a/b.c', '"k k"', "'#a'");
const block = fc.letrec<{ node: readonly string[] }>((tie) => {
  const child = fc.oneof({ depthSize: 'small' }, fc.oneof(word, inner), tie('node'));
  const step = fc.constantFrom('  ', '    ', ' ', '');
  const indented = (lines: readonly string[], by: string): readonly string[] => lines.map((line) => by + line);
  const entry = fc
    .tuple(name, child, tail, step)
    .map(([key, value, end, by]): readonly string[] =>
      typeof value === 'string' ? [`${key}: ${value}${end}`] : [`${key}:${end}`, ...indented(value, by)],
    );
  const item = fc
    .tuple(child, tail, fc.constantFrom('- ', '-   ', '-'))
    .map(([value, end, mark]): readonly string[] => {
      if (typeof value === 'string') return [`${mark}${value}${end}`];
      if (mark === '-') return [`-${end}`, ...indented(value, '  ')];
      const [first, ...rest] = value;
      return [`${mark}${first}`, ...indented(rest, ' '.repeat(mark.length))];
    });
  const above = fc.constantFrom<readonly string[]>(
    [],
    [],
    [],
    ['# c'],
    ['', '# c'],
    ['# c', '# d'],
    ['# c', ''],
    ['  # c'],
    [''],
  );
  const many = (lines: fc.Arbitrary<readonly string[]>) =>
    fc.array(fc.tuple(above, lines), { minLength: 1, maxLength: 4 }).map((all) => all.flat(2));
  return { node: fc.oneof({ depthSize: 'small' }, many(entry), many(item)) };
}).node;
const document = fc
  .tuple(block, fc.constantFrom('\n', '', '\n\n', ' \n', '\n# c', '\n\n# c\n', '\n  # c\n'))
  .map(([lines, end]) => lines.join('\n') + end);

const clean = `# what it is
manifest_version: "0.4.0"

program:
  path: /usr/bin/env # with
  args: ["sh", '-c', "exit"]
  network:
    endpoints:
      - name: api
        port: 80

      - { name: b, port: 81, protocol: http }
components:
  a: ./a.yaml
  "b c": {manifest: "../b.json5", config: { x: true, y: null }}
bindings:
- to: "#a.up"
  from: slots.up
- to: '#b.up'
  from: slots.up
exports:
  out: "#a.out"
`;

describe('YAML, read the quick way', () => {
  test('reads as the library does, where it reads at all', () => {
    fc.assert(
      fc.property(soup, (text) => void agrees(text)),
      { numRuns: 20_000 },
    );
    fc.assert(
      fc.property(soup, (text) => void agrees(`a:\n  ${text}\nb: x\n`)),
      { numRuns: 20_000 },
    );
    fc.assert(
      fc.property(document, (text) => void agrees(text)),
      { numRuns: 20_000 },
    );
  });

  test('reads what manifests are made of', () => {
    expect(agrees(clean)).toBe(true);
    expect(agrees(clean.trimEnd())).toBe(true);
    const folder = 'examples';
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file));
    for (const file of files) agrees(readFileSync(join(folder, file), 'utf8'));
  });

  test.each([
    ...[
      'a: b\n- c\n',
      '- a\nb: c\n',
      '-\n- a\n',
      '-\na: b\n',
      'a:\n-\n- b\n',
      'a:\n- b\n -c\n',
      'a: b\n c: d\n',
      'a:\nb: c\n',
    ],
    ...[
      'a:\n    b: c\n  d: e\n',
      'a: b\n  c\n',
      'a: "b\n  c"\n',
      'a: |\n  b\n',
      '- - a\n',
      '? a\n: b\n',
      'a: b: c\n',
      'a: - b\n',
    ],
    ...[
      '---\na: b\n',
      'a: b\n...\n',
      'a: b\n---\n',
      '%YAML 1.2\n---\na: b\n',
      '\ufeffa: b\n',
      'a:\tb\n',
      '\ta: b\n',
      'a: b\r\n',
    ],
    ...[
      'a: &x b\n',
      'a: *x\n',
      'a: !!str b\n',
      '<<: *x\n',
      'a: ~\n',
      'a: Null\n',
      'a: TRUE\n',
      'a: .inf\n',
      'a: .NaN\n',
      'a: @b\n',
    ],
    ...[
      'a: 0x1F\n',
      'a: 0o17\n',
      'a: 017\n',
      'a: +1\n',
      'a: -0\n',
      'a: 1e3\n',
      'a: .5\n',
      'a: 1.0\n',
      'a: 1_000\n',
      'a: 1234567890123456\n',
    ],
    ...[
      'a: "\\x41"\n',
      "a: 'it''s'\n",
      'a: "b"c\n',
      'a: "b"#c\n',
      'a: b :c\n',
      'a: b:\n',
      "a: 'b\tc'\n",
      'a: "b\u0085"\n',
      'a: \u00e9\n',
    ],
    ...[
      'a: [b, ]\n',
      'a: [b c: d]\n',
      'a: [b:]\n',
      'a: {b}\n',
      'a: {b: }\n',
      'a: {"b":c}\n',
      'a: [b] c\n',
      'a: [#b]\n',
      'a: [-]\n',
      '[a]\n',
      'a: [b\n]\n',
    ],
    ...[
      '# c\n',
      '',
      ' ',
      'a:',
      'a',
      '"a"',
      'a:\n',
      '- ',
      '-',
      ' a: b\nc: d\n',
      ' a:\n b: c\n',
      '  # c\na: b\n',
      'a: b\n  # c\n',
      'a:\n  b: c\n# d\n  e: f\n',
      '[a]: b\n',
      '{a: b}: c\n',
    ],
  ])('leaves %j alone', (text) => expect(quickYaml(text)).toBeUndefined());

  test.each([
    ...[
      'a: b',
      '- a',
      '"a": b # c',
      'true: x',
      'a:\n- b\nc: d\n',
      'a:\n  - b\n  - c: d\n    e: f\n',
      '-\n  a: b\n',
      '-   a: b\n    c: d\n',
    ],
    ...[
      'a: b#c\n',
      'a: b,c]\n',
      'a: x:y\n',
      "a: 'b'  # c\n",
      '# c\n\n# d\na: b\n\n# e',
      'a: 0\n',
      'a: [ ]\n',
      'a: { b: c , "d": [] }\n',
      '__proto__: x\n',
      'a: 1\na: 2\n',
    ],
  ])('reads %j', (text) => expect(agrees(text)).toBe(true));

  test('with a letter too many, too few or changed, it is the library that says what is wrong', () => {
    const letter = fc.constantFrom(
      ...'{}[],:"\'\\#-?&*!|>%@~ \n\t\r\ufeff\u0085\u20280.ax',
      '',
      '  ',
      '\n  ',
      ': ',
      ' #',
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.constant(clean), document),
        fc.nat(),
        fc.nat({ max: 2 }),
        letter,
        (text, place, length, put) => {
          const at = place % (text.length + 1);
          agrees(text.slice(0, at) + put + text.slice(at + length));
        },
      ),
      { numRuns: 20_000 },
    );
  });

  test('with a line moved to the left or to the right, too', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constant(clean), document),
        fc.nat(),
        fc.constantFrom(0, 1, 2, 3),
        fc.constantFrom('', ' ', '  ', '   '),
        (text, place, less, more) => {
          const lines = text.split('\n');
          const i = place % lines.length;
          lines[i] = more + (lines[i] as string).replace(new RegExp(`^ {0,${less}}`), '');
          agrees(lines.join('\n'));
        },
      ),
      { numRuns: 5000 },
    );
  });

  test('counts what is open, and not what was', () => {
    const count = maxNesting + 1;
    expect(agrees('a:\n  - b: c\n'.repeat(count))).toBe(true);
    expect(agrees(`a: [${'[], {b: []}, '.repeat(count)}c]\n`)).toBe(true);
  });

  test('is bound by the same limits', () => {
    const nested = (depth: number): string => `a: ${'['.repeat(depth)}${']'.repeat(depth)}\n`;
    expect(agrees(nested(maxNesting - 1))).toBe(true);
    expect(quickYaml(nested(maxNesting))).toBeUndefined();
    const deep = (depth: number): string => Array.from({ length: depth }, (_, i) => `${' '.repeat(i)}a:\n`).join('');
    expect(quickYaml(`${deep(maxNesting)}${' '.repeat(maxNesting)}a: 1\n`)).toBeUndefined();
    expect(agrees(`"${'k'.repeat(400)}": x\n`)).toBe(true);
    expect(quickYaml(`"${'k'.repeat(1100)}": x\n`)).toBeUndefined();
    expect(quickYaml(`a: x${'\n'.repeat(maxParts)}`)).toBeUndefined();
    expect(quickYaml(`a: [${'x,'.repeat(maxParts / 4)}x]`)).toBeUndefined();
    expect(quickYaml('a: x\n'.repeat(maxParts / 8))).toBeUndefined();
  });

  test.each(['x', 'x:', 'x ', '/', '$-'])('a value of nothing but %j may be as long as a file', (part) => {
    const value = `${part.repeat(maxManifestBytes / part.length - 8)}x`;
    for (const text of [`a: ${value}`, `a: [${value}]`]) expect(quickYaml(text) === undefined).toBe(true);
    const shorter = value.slice(0, 1_000_000).trimEnd();
    for (const text of [`a: ${shorter}x`, `a: [${shorter}x]`]) expect(agrees(text)).toBe(true);
  });
});
