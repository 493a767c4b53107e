import { beforeAll, describe, expect, test } from 'vitest';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';
import { edited, pathOf } from './harness.ts';

beforeAll(async () => {
  await loadSyntax('yaml');
  await loadSyntax('json5');
});

const remove = (file: string, text: string, ...paths: readonly string[]): string | undefined =>
  edited(file, text, ...paths.map((path) => ({ remove: pathOf(path) })));

const yaml = `# the shop
manifest_version: "0.4.0"

# what it needs
slots:
  # reads
  a: { kind: http } # for reading
  # writes
  b:
    kind: http # plain
    # not yet
    # optional: true
  # counts
  c: {kind: llm}

# what it shows
exports:
  x: "#c.x" # x
`;

describe('block', () => {
  test.each([
    ['slots.a', '  a: { kind: http } # for reading\n'],
    ['slots.b', '  b:\n    kind: http # plain\n    # not yet\n    # optional: true\n'],
    ['slots.c', '  c: {kind: llm}\n'],
    ['exports.x', 'exports:\n  x: "#c.x" # x\n'],
  ])('%s goes with its lines, comments around stay', (path, gone) => {
    expect(remove('a.yaml', yaml, path)).toBe(yaml.replace(gone, ''));
  });

  test('a section that is left empty stays with its comments', () => {
    expect(remove('a.yaml', yaml, 'slots.a', 'slots.b', 'slots.c')).toBe(
      '# the shop\nmanifest_version: "0.4.0"\n\n# what it needs\nslots: {}\n  # reads\n  # writes\n  # counts\n\n# what it shows\nexports:\n  x: "#c.x" # x\n',
    );
  });

  test('a section without comments goes', () => {
    const text = 'manifest_version: "0.4.0"\nslots: # needs\n  a:\n    kind: http\n  b: {kind: http}\nexports: {}\n';
    expect(remove('a.yaml', text, 'slots.a', 'slots.b')).toBe('manifest_version: "0.4.0"\nexports: {}\n');
    expect(remove('a.yaml', text, 'slots.a')).toBe(text.replace('  a:\n    kind: http\n', ''));
  });

  test('what has a name of its own stays empty', () => {
    const text = 'environments:\n  e:\n    resolvers:\n      - r\n';
    expect(remove('a.yaml', text, 'environments.e.resolvers.0')).toBe('environments:\n  e:\n    resolvers: []\n');
    expect(remove('a.yaml', 'use:\n  a:\n    - x\n', 'use.a')).toBe(undefined);
  });

  test('items', () => {
    const text = 'v: 1\nbindings:\n- to: a # 1\n  from: b\n\n  # about c\n- to: c\n\n- to: d\n';
    expect(remove('a.yaml', text, 'bindings.0')).toBe('v: 1\nbindings:\n\n  # about c\n- to: c\n\n- to: d\n');
    expect(remove('a.yaml', text, 'bindings.1')).toBe(
      'v: 1\nbindings:\n- to: a # 1\n  from: b\n\n  # about c\n\n- to: d\n',
    );
    expect(remove('a.yaml', text, 'bindings.2')).toBe(
      'v: 1\nbindings:\n- to: a # 1\n  from: b\n\n  # about c\n- to: c\n',
    );
    expect(remove('a.yaml', text, 'bindings.0', 'bindings.1', 'bindings.2')).toBe(
      'v: 1\nbindings: []\n\n  # about c\n',
    );
    expect(remove('a.yaml', 'l:\n  -\n  - - a\n    - b\n', 'l.1.0')).toBe('l:\n  -\n  - - b\n');
    expect(remove('a.yaml', 'l:\n  -\n  - - a\n    - b\n', 'l.1.1')).toBe('l:\n  -\n  - - a\n');
    expect(remove('a.yaml', 'l:\n  -\n  - - a\n    - b\n', 'l.0')).toBe('l:\n  - - a\n    - b\n');
  });

  test('the first key behind a dash', () => {
    expect(remove('a.yaml', '- a: 1 # one\n  b: 2\n', '0.a')).toBe('- b: 2\n');
    expect(remove('a.yaml', '- a: 1\n  # two\n  b: 2\n', '0.a')).toBe(undefined);
    expect(remove('a.yaml', '- a: 1\n', '0.a')).toBe('- {}\n');
  });

  test('blank lines do not pile up', () => {
    const text = 'slots:\n  a: 1\n\n  b: 2\n\n  c: 3\n\nexports: {}\n';
    expect(remove('a.yaml', text, 'slots.b')).toBe('slots:\n  a: 1\n\n  c: 3\n\nexports: {}\n');
    expect(remove('a.yaml', text, 'slots.c')).toBe('slots:\n  a: 1\n\n  b: 2\n\nexports: {}\n');
    expect(remove('a.yaml', text, 'slots.b', 'slots.c')).toBe('slots:\n  a: 1\n\nexports: {}\n');
    expect(remove('a.yaml', text, 'exports')).toBe('slots:\n  a: 1\n\n  b: 2\n\n  c: 3\n');
  });

  test('a comment that suppresses a diagnostic of the line goes with it', () => {
    const text = 'slots:\n  a: 1\n  # why\n  # headgate-ignore lint/unused-slot: later\n  b: 2\n  c: 3\n';
    expect(remove('a.yaml', text, 'slots.b')).toBe('slots:\n  a: 1\n  # why\n  c: 3\n');
  });

  test('line ends, no line end, texts of several lines', () => {
    expect(remove('a.yaml', 'slots:\r\n  a: 1 # x\r\n  b: 2\r\n', 'slots.a')).toBe('slots:\r\n  b: 2\r\n');
    expect(remove('a.yaml', 'slots:\r\n  a: 1\r\n', 'slots.a')).toBe(undefined);
    expect(remove('a.yaml', 'v: 1\r\nslots:\r\n  a: 1\r\n', 'slots.a')).toBe('v: 1\r\n');
    expect(remove('a.yaml', 'slots:\n  a: 1\n  b: 2', 'slots.b')).toBe('slots:\n  a: 1\n');
    expect(remove('a.yaml', 'm:\n  a: |\n    # no comment\n\n    t\n\n  b: 2\n', 'm.a')).toBe('m:\n\n  b: 2\n');
    expect(remove('a.yaml', 'm:\n  a: one\n    two\n  b: 2\n', 'm.a')).toBe('m:\n  b: 2\n');
    expect(remove('a.yaml', 'm:\n  a:\n  b: 2\n', 'm.a')).toBe('m:\n  b: 2\n');
  });

  test('anchors', () => {
    expect(remove('a.yaml', 'm:\n  a: &x {k: 1}\n  b: *x\n', 'm.a'), 'somebody needs it').toBe(undefined);
    expect(remove('a.yaml', 'm:\n  a: &x {k: 1}\n  b: 2\n', 'm.a')).toBe('m:\n  b: 2\n');
    expect(remove('a.yaml', 'm:\n  a: &x {k: 1}\n  b: *x\n', 'm.b')).toBe('m:\n  a: &x {k: 1}\n');
    expect(remove('a.yaml', 'm:\n  a: &x {k: 1}\n  b: *x\n', 'm.b.k'), 'stands elsewhere').toBe(undefined);
    expect(remove('a.yaml', 'm:\n  a: &x {k: 1, l: 2}\n  b: *x\n', 'm.a.k'), 'would change b').toBe(undefined);
    expect(remove('a.yaml', 'm: &x\n  a: 1\n', 'm.a')).toBe(undefined);
    expect(remove('a.yaml', 'm:\n  &k a: 1\n  b: 2\n', 'm.a')).toBe(undefined);
    expect(remove('a.yaml', 'm:\n  ? a\n  : 1\n  b: 2\n', 'm.a')).toBe(undefined);
  });
});

const json5 = `// the shop
{
  manifest_version: '0.4.0',
  /* what it needs */
  slots: {
    // reads
    a: { kind: 'http' }, // for reading
    // writes
    b: { kind: 'http' }, /* plain */
    c: { kind: 'http' } // last
  },
  exports: { x: '#c.x' }, // x
}
`;

describe('brackets', () => {
  test.each([
    ['slots.a', "    a: { kind: 'http' }, // for reading\n", ''],
    ['slots.b', "    b: { kind: 'http' }, /* plain */\n", ''],
    ['slots.c', ", /* plain */\n    c: { kind: 'http' } // last\n", ' /* plain */\n'],
    ['exports.x', "  exports: { x: '#c.x' }, // x\n", ''],
    ['manifest_version', "  manifest_version: '0.4.0',\n", ''],
  ])('%s goes with its line', (path, gone, left) => {
    expect(remove('a.json5', json5, path)).toBe(json5.replace(gone, left));
  });

  test('a section that is left empty stays with its comments', () => {
    expect(remove('a.json5', json5, 'slots.a', 'slots.b', 'slots.c')).toBe(
      "// the shop\n{\n  manifest_version: '0.4.0',\n  /* what it needs */\n  slots: {\n    // reads\n    // writes\n  },\n  exports: { x: '#c.x' }, // x\n}\n",
    );
  });

  test.each([
    ['{a: 1, b: 2, c: 3}', 'a', '{b: 2, c: 3}'],
    ['{a: 1, b: 2, c: 3}', 'b', '{a: 1, c: 3}'],
    ['{a: 1, b: 2, c: 3}', 'c', '{a: 1, b: 2}'],
    ['{ a: 1, b: 2, }', 'b', '{ a: 1, }'],
    ['{ a: 1, b: 2 }', 'b', '{ a: 1 }'],
    ['{"a":1,"b":2}', 'a', '{"b":2}'],
    ['{"a":1,"b":2}', 'b', '{"a":1}'],
    ['[1, 2,\n 3]', '2', '[1, 2]'],
    ['[1, 2,\n 3]', '1', '[1,\n 3]'],
    ['[1, // one\n 2]', '1', '[1 // one\n]'],
    ['{a: 1, /* x */ b: 2 /* y */, c: 3}', 'b', '{a: 1, /* x */ /* y */ c: 3}'],
    ['{ a: 1\n, b: 2\n, c: 3\n}', 'b', '{ a: 1\n, c: 3\n}'],
    ['{ a: 1\n, b: 2\n, c: 3\n}', 'c', '{ a: 1\n, b: 2\n}'],
    ['{\n  a: 1,\n  b: 2\n}', 'b', '{\n  a: 1\n}'],
    ['{\n\ta: 1,\n\tb: 2,\n}', 'a', '{\n\tb: 2,\n}'],
    ['{\n\ta: 1,\r\n\tb: 2,\r\n}', 'b', '{\n\ta: 1,\r\n}'],
    ['{\n  a: [\n    1, // one\n  ],\n  b: 2\n}', 'a', '{\n  b: 2\n}'],
    ['{\n  a: 1, // of a /* no block\n  b: 2\n}', 'a', '{\n  b: 2\n}'],
    ['{\n  a: 1, /* goes\n  on */\n  b: 2\n}', 'a', '{\n  /* goes\n  on */\n  b: 2\n}'],
    ['{a: {b: 1}}', 'a.b', '{a: {}}'],
    ['{a: [1]}', 'a.0', '{a: []}'],
    ['{"exports": {"a": "b"}, "m": 1}', 'exports.a', '{"m": 1}'],
    ['{a: {b: 1 /* x */, }}', 'a.b', '{a: {/* x */ }}'],
  ])('%j without %s', (text, path, after) => {
    expect(remove('a.json5', text, path)).toBe(after);
  });

  test('several at once', () => {
    expect(remove('a.json5', '{a: 1, b: 2, c: 3, d: 4}', 'b', 'c')).toBe('{a: 1, d: 4}');
    expect(remove('a.json5', '{a: 1, b: 2, c: 3, d: 4}', 'c', 'd')).toBe('{a: 1, b: 2}');
    expect(remove('a.json', '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}', 'c', 'b')).toBe('{\n  "a": 1\n}');
    expect(remove('a.json5', '{slots: {a: 1, b: 2}, v: 1}', 'slots.a', 'slots.b')).toBe('{v: 1}');
  });

  test('in YAML', () => {
    expect(remove('a.yaml', 'm: {a, b: , ? c : d}\n', 'm.a')).toBe('m: {b: , ? c : d}\n');
    expect(remove('a.yaml', 'm: {a, b: , ? c : d}\n', 'm.c')).toBe('m: {a, b: }\n');
    expect(remove('a.yaml', 'm: [&x a, "b", ]\n', 'm.0')).toBe('m: ["b", ]\n');
    expect(remove('a.yaml', 'm: [a: 1, b]\n', 'm.1')).toBe('m: [a: 1]\n');
    expect(remove('a.yaml', 'm: [a: 1, b]\n', 'm.0.a')).toBe(undefined);
    expect(remove('a.yaml', 'm: {\n  a: 1, # one\n  b: 2 # two\n}\n', 'm.b')).toBe('m: {\n  a: 1 # one\n}\n');
  });
});
