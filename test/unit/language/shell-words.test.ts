import { describe, expect, test } from 'vitest';
import { splitShellWords } from '../../../src/language/shell-words.ts';

describe('shell words', () => {
  test.each<[string, readonly string[]]>([
    ['', []],
    [' \t\n', []],
    ['a b\tc\nd', ['a', 'b', 'c', 'd']],
    ['a\rb', ['a\rb']],
    [`--name 'a b' \${config.n}`, ['--name', 'a b', '${config.n}']],
    [`'$x \\ "'`, ['$x \\ "']],
    ['"a \\" \\\\ \\$ \\` \\n"', ['a " \\ $ ` \\n']],
    ['"one\\\ntwo"', ['onetwo']],
    ['one\\\ntwo', ['onetwo']],
    ['\\a\\ b\\"', ['a b"']],
    [`a'b'"c"d`, ['abcd']],
    [`'' ""`, ['', '']],
    ['a # b\nc', ['a', 'c']],
    ['#all', []],
    ['a#b \\#c "#d"', ['a#b', '#c', '#d']],
    ['a;b|c>d &', ['a;b|c>d', '&']],
  ])('%j', (text, words) => expect(splitShellWords(text)).toEqual({ ok: true, words }));

  test.each([
    ["a 'b", 'a single quote is not closed'],
    ['a "b', 'a double quote is not closed'],
    ['"b\\"', 'a double quote is not closed'],
    ['a \\', 'a backslash stands at the end'],
  ])('%j', (text, message) => expect(splitShellWords(text)).toEqual({ ok: false, message }));
});
