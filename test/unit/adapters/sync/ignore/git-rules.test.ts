/** The agreement with git itself is in test/property/git-rules.test.ts. */
import { describe, expect, it } from 'vitest';
import { readGitRules } from '../../../../../src/adapters/sync/ignore/git-rules.ts';
import { judging } from '../../../../../src/adapters/sync/ignore/judge.ts';
import { patterns } from '../../../../../src/adapters/sync/ignore/pattern.ts';

const judge = judging(patterns());
const ignores = (rules: string, name: string, isFolder = false): boolean =>
  judge.isIgnored(judge.root([], [readGitRules(rules)]), name, isFolder);

describe('a file of rules', () => {
  it.each([
    ['a', 'a', true],
    ['# a', '# a', false],
    ['\\#a', '#a', true],
    ['\\!a', '!a', true],
    ['a\r\n', 'a', true],
    ['a  ', 'a', true],
    ['a\\ ', 'a ', true],
    ['a\\', 'a', false],
    ['\xef\xbb\xbfa', 'a', true],
    ['a\0b', 'a', true],
    ['*\n!a', 'a', false],
    ['!a\n*', 'a', true],
    ['a/', 'a', false],
    ['[]-a]x', ']x', true],
    ['[!a]', 'b', true],
    ['[^a]', 'a', false],
    ['[a-c]', 'b', true],
    ['[a-]', '-', true],
    ['[[:digit:]]', '7', true],
    ['[[:none:]]', 'n', false],
    ['[a', '[a', false],
    ['?', '\xff', true],
    ['*.\xff', 'a.\xff', true],
    ['/', 'a', false],
    ['!', 'a', false],
  ])('%j: %j %s', (rules, name, is) => {
    expect(ignores(rules, name)).toBe(is);
  });

  it('may be about folders alone', () => {
    expect(ignores('a/', 'a', true)).toBe(true);
  });

  it('takes no time over a pattern that is made to take much', () => {
    const rules = `${'*a'.repeat(300)}b\n${'**/a/'.repeat(100)}b`;
    expect(ignores(rules, 'a'.repeat(255))).toBe(false);
  });
});

describe('rules of a folder', () => {
  const at = (path: string): ReturnType<typeof judge.inside> =>
    path
      .split('/')
      .reduce((folder, name) => judge.inside(folder, name), judge.root([], [readGitRules('/a/b\nc/**\n**/d')]));

  it('count where they are anchored', () => {
    expect(judge.isIgnored(at('a'), 'b', false)).toBe(true);
    expect(judge.isIgnored(at('x/a'), 'b', false)).toBe(false);
    expect(judge.isIgnored(at('c/x/y'), 'z', false)).toBe(true);
    expect(judge.isIgnored(at('q/r'), 'd', false)).toBe(true);
  });

  it('are overruled by those of a folder in it', () => {
    const inner = judge.withRules(at('a'), readGitRules('!b'));
    expect(judge.isIgnored(inner, 'b', false)).toBe(false);
  });
});
