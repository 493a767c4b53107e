import { expect, test } from 'vitest';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { loadSyntax, parseSyntax } from '../../../../src/language/syntax/parse.ts';

await Promise.all([loadSyntax('yaml'), loadSyntax('json5')]);

function helpFor(file: string, text: string): string | undefined {
  const sink = createSink();
  parseSyntax({ file, text }, sink);
  expect(sink.diagnostics).toHaveLength(1);
  return sink.diagnostics[0]?.help;
}

test.each([
  ['a: @b', 'put the text in quotes'],
  ['a: %b', 'put the text in quotes'],
  ['a: *.txt', 'a text that begins with `*` stands in quotes'],
  ['a: "C:\\Users"', 'write `\\\\` for a backslash, or put the text in single quotes'],
  ['a: [${config.a}]', 'put a `,` between the entries; a text that holds one of `{ } [ ] ,` stands in quotes'],
  [
    'b:\n  - { to: #a.x, from: slots.y }\n',
    '`#a.x` and what follows it in the line is a comment: put it in quotes, `"#a.x"`',
  ],
  ['b: { a: 1, # the first.one\n', 'add the closing `}`'],
])('YAML: %s', (text, help) => expect(helpFor('a.yaml', text)).toBe(help));

test.each([
  ['{ # note\n}', 'a comment begins with `//`'],
  ['a: 1', 'an object begins with `{`; a file in YAML has a name that ends in `.yaml`'],
  ['{ a-b: 1 }', 'a key with a `-` in it stands in quotes'],
  ['{ a = 1 }', 'a key is followed by `:`'],
  ['{ a: tru }', 'a text stands in quotes'],
  ['{ a: [x] }', 'a text stands in quotes'],
  ['{ a: "\\u{41}" }', 'write a backslash in a text as `\\\\`'],
  ['{ a: ) }', undefined],
])('JSON5: %s', (text, help) => expect(helpFor('a.json5', text)).toBe(help));
