import { describe, expect, it } from 'vitest';
import { bytePathOf, comparePaths, nameOfText, parentOf, pathText } from '../../../../src/adapters/sync/byte-path.ts';

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

describe('the text of a path', () => {
  it.each([
    ['src/main.ts', 'src/main.ts'],
    ['a b', 'a b'],
    ['100%', '100%25'],
    ['%41', '%2541'],
    ['a\nb\t\x7f', 'a%0Ab%09%7F'],
    [latin1('naïve/日本/😀'), 'naïve/日本/😀'],
    // What turns the direction of text around, and what ends a line in some viewers.
    [latin1('a\u202egpj'), 'a%E2%80%AEgpj'],
    [latin1('a\u0085b'), 'a%C2%85b'],
    ['\xff\xfe', '%FF%FE'],
    // An overlong `/`, a surrogate, past U+10FFFF, and a sequence that is cut off.
    ['\xc0\xaf', '%C0%AF'],
    ['\xed\xa0\x80', '%ED%A0%80'],
    ['\xf4\x90\x80\x80', '%F4%90%80%80'],
    ['\xe2\x82', '%E2%82'],
    ['\xe2\x82\xe2\x82\xac', `%E2%82${'€'}`],
    ['\xef\xbb\xbfx', '\ufeffx'],
  ])('of %j is %s, and gives the path back', (path, text) => {
    expect(pathText(path)).toBe(text);
    expect(bytePathOf(text)).toBe(path);
  });

  it('may be typed with a `%` that begins no escape', () => {
    expect(bytePathOf('100% sure')).toBe('100% sure');
    expect(bytePathOf('50%é')).toBe(latin1('50%é'));
    expect(bytePathOf('%c3%a9')).toBe(latin1('é'));
  });
});

describe('the order of paths', () => {
  it('puts a folder right before what is in it, and then goes by bytes', () => {
    const sorted = ['a', 'a/b', 'a/b/c', 'a/c', 'a\x01', 'a b', 'a-b', 'a.b', 'a0', 'ab', 'b', '\xff'];
    expect([...sorted].reverse().sort(comparePaths)).toEqual(sorted);
    expect(comparePaths('a/b', 'a/b')).toBe(0);
  });
});

it('the parent of what lies in the root is the root', () => {
  expect([parentOf('a/b/c'), parentOf('a'), parentOf('')]).toEqual(['a/b', '', '']);
});

it.each([
  ['a/b', 'a/b'],
  ['100%', '100%'],
  ['a\nb', 'a\nb'],
  ['\xc3\xa9%41', '\u00e9%41'],
  ['\xff', '%FF'],
])('%j can be opened as %j, where it is text', (path, name) => {
  expect(nameOfText(pathText(path))).toBe(name);
});
