import { describe, expect, test } from 'vitest';
import { matchesGlob, parseGlob } from '../../../src/base/glob.ts';
import { matchesList } from '../../../src/base/glob-list.ts';

function matches(pattern: string, path: string): boolean {
  const read = parseGlob(pattern);
  if ('fault' in read) throw new Error(read.fault);
  return matchesGlob(read.glob, path);
}

describe('glob', () => {
  test.each([
    ['a.yaml', 'a.yaml'],
    ['*.yaml', 'a.yaml'],
    ['*', '.hidden'],
    ['?.yaml', 'ä.yaml'],
    ['?', '😀'],
    ['**', 'a/b/c'],
    ['**/a.yaml', 'a.yaml'],
    ['**/a.yaml', 'x/y/a.yaml'],
    ['x/**/a.yaml', 'x/a.yaml'],
    ['x/**', 'x/y/z'],
    ['x/**/y/**/z', 'x/y/y/q/z'],
    ['{a,b}/*.{yaml,json5}', 'b/c.json5'],
    ['{a/b,c}/d', 'a/b/d'],
    ['a{,b}', 'a'],
    ['a*b*c', 'aXbYbZc'],
    ['\\*', '*'],
    ['\\{a\\}', '{a}'],
    ['a,b', 'a,b'],
    ['a**b', 'aXb'],
    // What matches a folder matches what is in it.
    ['vendor', 'vendor/x/y.yaml'],
    ['v*', 'vendor/x/y.yaml'],
  ])('%s matches %s', (pattern, path) => {
    expect(matches(pattern, path)).toBe(true);
  });

  test.each([
    ['*.yaml', 'x/a.yaml'],
    ['A.yaml', 'a.yaml'],
    ['a?', 'a/'],
    ['x/*/a.yaml', 'x/a.yaml'],
    ['x/y', 'x'],
    ['vendor', 'vendors/x'],
    ['\\*', 'a'],
    ['{a,b}', 'c'],
    ['a*b*c', 'aXbY'],
  ])('%s does not match %s', (pattern, path) => {
    expect(matches(pattern, path)).toBe(false);
  });

  test.each([
    ['', 'is empty'],
    ['/a', 'is empty'],
    ['a//b', 'is empty'],
    ['a/', 'is empty'],
    ['./a', '`.` cannot stand'],
    ['a/../b', '`..` cannot stand'],
    ['{a', 'not closed'],
    ['a}', 'not opened'],
    ['{a,{b,c}}', 'within braces'],
    ['[ab]', 'brackets'],
    ['a\\b', 'special character'],
    ['a\\', 'special character'],
    ['{a,b}'.repeat(9), 'more than 256'],
  ])('%j is refused', (pattern, fault) => {
    const read = parseGlob(pattern);
    expect('fault' in read && read.fault).toContain(fault);
  });

  test('what backtracking cannot do in a lifetime', () => {
    expect(matches(`${'*a'.repeat(200)}*b`, 'a'.repeat(5_000))).toBe(false);
    expect(matches(`${'**/a/'.repeat(200)}b`, 'a/'.repeat(3_000))).toBe(false);
  });

  test('in a list, the last one that matches counts', () => {
    const list = ['vendor/**', '!vendor/ours/**', 'vendor/ours/old/**'].map((text) => {
      const read = parseGlob(text.replace('!', ''));
      if ('fault' in read) throw new Error(read.fault);
      return { negative: text.startsWith('!'), glob: read.glob };
    });
    const hits = ['vendor/a', 'vendor/ours/a', 'vendor/ours/old/a', 'other'].map((path) => matchesList(list, path));
    expect(hits).toEqual([true, false, true, false]);
  });
});
