import { describe, expect, test } from 'vitest';
import { parseJsonText } from '../../../../src/language/syntax/parse.ts';
import { fault, value } from './harness.ts';

const json5 = (text: string): unknown => value('a.json5', text);
const wrong = (text: string): string => fault('a.json5', text);

describe('JSON5', () => {
  test.each([
    [`{ $a_1: 'it\\'s', "b": [1, 2,], }`, { $a_1: "it's", b: [1, 2] }],
    ['/* a */ { a: +1, b: .5, c: 5., d: 0xFF } // end', { a: 1, b: 0.5, c: 5, d: 255 }],
    ["{ a: 'one \\\ntwo' }", { a: 'one two' }],
    ["{ a: 'one \\\r\ntwo' }", { a: 'one two' }],
    [`{ a: "\\x41\\u0042", b: '"' }`, { a: 'AB', b: '"' }],
    [`{ a: "//text", b: '/*text*/' }`, { a: '//text', b: '/*text*/' }],
    ['// a lone carriage return ends a line too\r{ a: 1 }', { a: 1 }],
  ])('%s', (text, expected) => expect(json5(text)).toEqual(expected));

  test('a key given twice stays twice', () => {
    const { node } = parseJsonText('{ "a": 1, "a": 2 }');
    expect(node?.kind === 'object' && node.entries.map((e) => e.key)).toEqual(['a', 'a']);
  });
});

describe('what is missing is said, where it is missing', () => {
  test.each([
    ['{ a 1 }', 'json5-syntax @ 4 1: missing `:` between key and value'],
    ['{ "a" "b" }', 'json5-syntax @ 6 "b": missing `:` between key and value'],
    ['{ a: 1 b: 2 }', 'json5-syntax @ 7 b: missing `,` before `b`'],
    ['[1 2]', 'json5-syntax @ 3 2: missing `,` before `2`'],
    ['[{} {}]', 'json5-syntax @ 4 {: missing `,` before `{`'],
    ['{ a: { b: 1 }', 'json5-syntax @ 0 {: this brace is not closed'],
    ['{ a: { b: 1 ', 'json5-syntax @ 5 {: this brace is not closed'],
    ['{ a: [1, 2 ', 'json5-syntax @ 5 [: this bracket is not closed'],
    ['{ a: "x\n }', 'json5-syntax @ 5 ": this string is not closed'],
    ["{ a: 'x }", "json5-syntax @ 5 ': this string is not closed"],
    ['{ a: 1 /* x }', 'json5-syntax @ 7 /*: this comment is not closed'],
    ['{ a: 1 } }', 'json5-syntax @ 9 }: unexpected text after the end of the value: `}`'],
    ['{}\n{ b: 1 }', 'json5-syntax @ 3 {: unexpected text after the end of the value: `{`'],
    ['{ a: }', 'json5-syntax @ 5 }: unexpected `}`'],
    ['[1,, 2]', 'json5-syntax @ 3 ,: unexpected `,`: there is nothing between the two commas'],
    ['{ a: NaN }', 'json5-syntax @ 5 NaN: `NaN` is not a number that JSON can say'],
    ['{ a: -Infinity }', 'json5-syntax @ 5 -Infinity: `-Infinity` is not a number that JSON can say'],
    ['{ a: 1e999 }', 'json5-syntax @ 5 1e999: this number is too large'],
    ['', 'json5-syntax @ 0 : the file is empty'],
    [' // nothing\n/* here */', 'json5-syntax @ 0 : there is nothing but comments in the file'],
  ])('%s', (text, said) => expect(wrong(text)).toBe(said));

  test('the deepest legal nesting is 200, and one more is marked', () => {
    const nested = (n: number): string => '['.repeat(n) + ']'.repeat(n);
    expect(JSON.stringify(json5(nested(200)))).toBe(nested(200));
    expect(wrong(nested(201))).toBe('too-deep @ 200 [: values are nested more than 200 levels deep');
  });

  test('brackets behind a comment count, whatever ends its line', () => {
    for (const end of ['\n', '\r', '\r\n']) {
      expect(wrong(`// x${end}${'['.repeat(10_000)}`)).toMatch(/^too-deep/);
    }
  });
});

describe('strict JSON, for answers', () => {
  test.each([
    ["{ 'a': 1 }", 2],
    ['{ "a": 1, }', 10],
    ['{ a: 1 }', 2],
    ['// x\n{}', 0],
    ['{} {}', 3],
    ['{ "a": "x', 7],
  ])('%s', (text, offset) => expect(parseJsonText(text).error?.offset).toBe(offset));
});

describe('a file whose name does not tell', () => {
  test.each(['{ "a": 1 }', ' \n// c\n/* d */ { a: 1 }'])('%s is JSON5', (text) =>
    expect(value('manifest', text)).toEqual({ a: 1 }),
  );
  test.each(['a: 1', '# {\na: 1', '"a": 1'])('%s is YAML', (text) => expect(value('manifest', text)).toEqual({ a: 1 }));

  test('tens of thousands of comments in a row are no deeper than one', () => {
    expect(json5(`{ a: [1, ${'// note\n/* note */'.repeat(30_000)} 2] }`)).toEqual({ a: [1, 2] });
    expect(wrong('/* one */ { a: /* two */ 1 /* three */ b: 2 }')).toContain('@ 39 b: missing `,`');
  });

  test('a hundred thousand comments before a fault are skipped', () => {
    expect(fault('manifest', `${'/**/'.repeat(100_000)}: [`)).not.toBe('');
  });
});
