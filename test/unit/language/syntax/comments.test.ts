import { describe, expect, test } from 'vitest';
import { commentsOf } from '../../../../src/language/syntax/comments.ts';
import { isEmptyText, loadSyntax } from '../../../../src/language/syntax/parse.ts';

await loadSyntax('yaml');
await loadSyntax('json5');

/** `own` or `behind`, and the text; checks that the range holds the comment with its marks. */
function comments(file: string, text: string): readonly string[] {
  return commentsOf({ file, text }).map((comment) => {
    const written = text.slice(comment.range.start, comment.range.end);
    expect(written).toMatch(/^(?:#|\/\/|\/\*)/);
    expect(written).toContain(comment.text);
    return `${comment.ownLine ? 'own' : 'behind'} ${comment.text}`;
  });
}

describe('comments', () => {
  test('of YAML', () => {
    const text = [
      '%YAML 1.2 # directive',
      '---',
      '# first',
      'a: | # header',
      '  # text',
      '',
      '  # more text',
      'b: "x # text" # tail',
      "c: 'x # text'",
      'd: x#text',
      'e: [1, # flow',
      '  2] \t',
      '  # indented',
      'f: >-',
      '',
      '    # folded text',
      '',
      '# last',
    ].join('\n');
    const expected = ['directive', 'first', 'header', 'tail', 'flow', 'indented', 'last'];
    expect(comments('a.yaml', text).map((one) => one.split(' ')[1])).toEqual(expected);
    expect(comments('a.yaml', text.replaceAll('\n', '\r\n')).map((one) => one.split(' ')[1])).toEqual(expected);
    expect(comments('a.yaml', text).filter((one) => one.startsWith('own'))).toEqual([
      'own first',
      'own indented',
      'own last',
    ]);
  });

  test('of JSON5', () => {
    const text = [
      '// first',
      '{',
      '  a: "// text /* text */", // tail',
      "  b: 'it\\'s // text',",
      '  /* block */ c: 1,',
      '  /* two',
      '     lines */',
      '  d: 2, /* behind',
      '  */ e: 3,',
      '} // last',
    ].join('\n');
    const expected = [
      'own first',
      'behind tail',
      'behind block',
      'own two\n     lines',
      'behind behind',
      'behind last',
    ];
    expect(comments('a.json5', text)).toEqual(expected);
    expect(comments('a.json5', text.replaceAll('\n', '\r\n'))).toEqual(
      expected.map((one) => one.replace('\n', '\r\n')),
    );
  });

  test('of broken texts', () => {
    expect(comments('a.yaml', 'a: [1 # one\nb: "x # no')).toEqual(['behind one']);
    expect(comments('a.json5', '{ // one\n a: "x // no\n // no')).toEqual(['behind one']);
    expect(comments('a.json5', '{ /* never')).toEqual([]);
  });

  test('alone make no document', () => {
    const empty = (file: string, text: string): boolean => isEmptyText({ file, text });
    expect(['', '\n', '# a\r\n  # b', '\t'].map((text) => empty('a.yaml', text))).toEqual([true, true, true, true]);
    expect(['', '// a\n/* b */'].map((text) => empty('a.json5', text))).toEqual([true, true]);
    expect([empty('a.yaml', '# a\nb:'), empty('a.json5', '// a\n{}')]).toEqual([false, false]);
  });
});
