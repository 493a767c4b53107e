import { describe, expect, test } from 'vitest';
import { fault, value } from './harness.ts';

const yaml = (text: string): unknown => value('a.yaml', text);
const wrong = (text: string): string => fault('a.yaml', text);

describe('YAML', () => {
  test.each([
    ['a: yes\nb: on\nc: ~\nd: true\ne:', { a: 'yes', b: 'on', c: null, d: true, e: null }],
    ['a: 0x1f\nb: 0o17\nc: 010\nd: 1_000', { a: 31, b: 15, c: 10, d: '1_000' }],
    ['a: |\n  one\n  two\nb: >-\n  one\n  two', { a: 'one\ntwo\n', b: 'one two' }],
    ['8080: a\ntrue: b\n: c', { 8080: 'a', true: 'b', '': 'c' }],
    ['a: { <<: { b: 1 }, c: 2 }', { a: { '<<': { b: 1 }, c: 2 } }],
    ['%YAML 1.1\n---\na: yes', { a: 'yes' }],
    ['--- \na: 1\n...\n', { a: 1 }],
    ['a: !!str 12', { a: '12' }],
    ['a: 2020-01-01', { a: '2020-01-01' }],
  ])('%s', (text, expected) => expect(yaml(text)).toEqual(expected));
});

describe('anchors', () => {
  test.each([
    ['a: &x [1]\nb: *x', { a: [1], b: [1] }],
    ['&k a: 1\nb: *k', { a: 1, b: 'a' }],
    ['a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
    // The alias inside `b` means the first anchor, also where `b` itself is repeated behind the second.
    ['a: &x 1\nb: &y [*x]\nc: &x 2\nd: *y', { a: 1, b: [1], c: 2, d: [1] }],
  ])('%s', (text, expected) => expect(yaml(text)).toEqual(expected));

  test.each([
    ['a: *x', 'yaml-syntax @ 3 *x: there is no anchor `&x` before this alias'],
    ['a: *x\nb: &x 1', 'yaml-syntax @ 3 *x: there is no anchor `&x` before this alias'],
    ['a: &x { b: *x }', 'yaml-syntax @ 11 *x: there is no anchor `&x` before this alias'],
  ])('%s', (text, said) => expect(wrong(text)).toBe(said));

  test('cannot nest deeper than text can', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [[[[[[[*a${i}]]]]]]]`);
    expect(wrong(`a0: &a0 1\n${levels.join('\n')}`)).toMatch(/^too-deep @ \d+ \*a28: /);
  });
});

describe('faults', () => {
  test.each([
    ['a: [1, 2', 'yaml-syntax @ 3 [: this bracket is not closed'],
    ['a: [1, { b: 2 ]\nc: 3', 'yaml-syntax @ 7 {: this brace is not closed'],
    ['a: { b: 1\nc: 2 }', 'yaml-syntax @ 3 {: this brace is not closed'],
    ['a: "x\nb: 1', 'yaml-syntax @ 3 ": this string is not closed'],
    ['a: "\n  x\n"', 'yaml-syntax @ 3 ": this string is not closed'],
    ["a: 'x", "yaml-syntax @ 3 ': this string is not closed"],
    ['a: !secret x', 'yaml-tag @ 3 !secret: unresolved tag: !secret'],
    ['a: !!binary aGk=', 'yaml-tag @ 3 !!binary: unresolved tag: tag:yaml.org,2002:binary'],
    ['a: 1\n---\nb: 2', 'multiple-documents @ 5 ---: a second document starts here, and a manifest is one document'],
    ['a: [1\n---\nb: 2', 'yaml-syntax @ 3 [: this bracket is not closed'],
    ['{ [a]: 1 }', 'yaml-syntax @ 2 [a]: keys must be plain text'],
    ['a: .nan', 'yaml-syntax @ 3 .nan: `.nan` is not a number that JSON can say'],
    ['', 'yaml-syntax @ 0 : the file is empty'],
    ['# only this\n', 'yaml-syntax @ 0 : there is nothing but comments in the file'],
  ])('%s', (text, said) => expect(wrong(text)).toBe(said));
});

describe('nesting', () => {
  const blocks = (levels: number): string => Array.from({ length: levels }, (_, i) => `${' '.repeat(i)}a:`).join('\n');

  test('is 200 in either style, and what opens one more is marked', () => {
    expect(JSON.stringify(yaml(`${'['.repeat(200)}${']'.repeat(200)}`))).toHaveLength(400);
    expect(wrong(`${'['.repeat(201)}${']'.repeat(201)}`)).toMatch(/^too-deep @ 200 \[: /);
    expect(JSON.stringify(yaml(blocks(200)))).toContain('null');
    expect(wrong(blocks(201))).toMatch(/^too-deep @ \d+ :: values are nested more than 200 levels deep$/);
    expect(wrong(`${'- '.repeat(201)}x`)).toMatch(/^too-deep @ 400 -: /);
  });

  test('of blocks is bounded as far as a file of 8 MiB can nest', () => {
    expect(wrong(blocks(4000))).toMatch(/^too-deep /);
  });

  const lines = '  echo [[ {{ # [\n'.repeat(300);
  test.each([
    ['a block of text', `a: |\n${lines}`],
    ['quoted text', `a: "\n${lines}  "`],
    ['plain text', `a:\n${'  x [[ {{\n'.repeat(300)}`],
    ['comments', `a: 1\n${'  # [[ {{\n'.repeat(300)}b: 2`],
  ])('is not counted in %s', (_, text) => expect(() => yaml(text)).not.toThrow());
});
