/** The quick reader of what is written for targets, held against a whole reader of YAML. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonValue } from '../../../../../src/base/json.ts';
import { writeYaml } from '../../../../../src/phases/7-emit/from-plan/containers/yaml.ts';
import { documentsIn, readYaml } from '../../../../../src/plan/targets/read/yaml.ts';

const read = (text: string): unknown => readYaml(text);

describe('texts', () => {
  const meant = [
    '',
    'plain',
    'a "quoted" word',
    '"',
    '\\',
    'C:\\folder\\',
    'ends with \\"',
    'two\nlines',
    'a\ttab',
    '\u0001',
    '\u2028',
    'ä€😀',
    'ĢĊ: not what their last byte is',
    'a: b',
    '# none',
    '- one',
    '---',
    '$$ ${A:-b}',
  ];

  it.each(meant)('are what was written: %j', (text) => {
    // Beside others: what was seen before must change nothing.
    for (const value of [
      { a: text },
      { a: 'x', b: text, c: '\\', d: text, e: 'y' },
      { list: [text, 'x', text] },
      { [text]: 'as a key', z: text },
    ]) {
      const written = writeYaml(value);
      expect(read(written)).toEqual(value);
      expect(parse(written)).toEqual(value);
    }
  });

  it('are refused where they are none', () => {
    for (const line of ['a: "x', 'a: x"', 'a: "x"y"', 'a: "x" # y', 'a: "\\"', 'a: "\t"', 'a: "', '"a: 1', 'a: "\\x"'])
      expect(() => read(`b: "\\\\"\n${line}\nc: "z"\n`), line).toThrow(
        /^line 2: it is not in the form that is written$/,
      );
  });
});

describe('keys', () => {
  it('are told from each other, whatever they have in common', () => {
    const names = Array.from({ length: 3000 }, (_, index) => `c${String(index).padStart(5, '0')}s`);
    const value = Object.fromEntries(
      names.map((name) => [name, { abc: name, aXc: 1, constructor: 'own', image: name }]),
    );
    expect(read(writeYaml(value))).toEqual(value);
  });

  it('stand there once', () => {
    expect(() => read('a: 1\nbb: 2\na: 3\n')).toThrow('line 3: `a` stands there twice');
    expect(() => read('a:\n  constructor: 1\n  constructor: 2\n')).toThrow('line 3: `constructor` stands there twice');
    expect(() => read('__proto__: 1\n__proto__: 2\n')).toThrow('stands there twice');
  });
});

describe('entries that are handed on', () => {
  const text = 'before: 1\nservices:\n  one:\n    image: "a"\n  two:\n    image: "b"\nbehind: "c"\n';

  it('come one after the other, and are not kept', () => {
    const seen: [string, JsonValue][] = [];
    const rest = readYaml(text, { services: (name, value) => seen.push([name, value]) });
    expect(seen).toEqual([
      ['one', { image: 'a' }],
      ['two', { image: 'b' }],
    ]);
    expect(rest).toEqual({ before: 1, services: { one: true, two: true }, behind: 'c' });
  });

  it('stand there once', () => {
    expect(() => readYaml('services:\n  one: 1\n  one: 2\n', { services: () => {} })).toThrow(
      '`one` stands there twice',
    );
  });

  it('are those of the outermost mapping alone', () => {
    const seen: string[] = [];
    const each = { services: (name: string) => seen.push(name) };
    expect(readYaml('x:\n  services:\n    one: 1\n', each)).toEqual({ x: { services: { one: 1 } } });
    expect(readYaml('services: []\n', each)).toEqual({ services: [] });
    expect(readYaml('services:\nother: 1\n', each)).toEqual({ services: {}, other: 1 });
    expect(readYaml('services:\n  - 1\n', each)).toEqual({ services: [1] });
    expect(seen).toEqual([]);
  });
});

describe('documents', () => {
  it('are read one after the other, with the same words in them', () => {
    const all = Array.from({ length: 50 }, (_, index) => ({
      kind: 'One',
      metadata: { name: `n-${index}`, text: '\\' },
    }));
    expect([...documentsIn(all.map(writeYaml).join('---\n'))]).toEqual(all);
    expect(() => readYaml('a: 1\n---\na: 2\n')).toThrow('there is more than one document');
  });
});
