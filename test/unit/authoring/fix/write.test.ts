import { beforeAll, describe, expect, test } from 'vitest';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';
import { edited, pathOf } from './harness.ts';

beforeAll(async () => {
  await loadSyntax('yaml');
  await loadSyntax('json5');
});

const file = (text: string): string => (/^\s*[{[]/.test(text) ? 'a.json5' : 'a.yaml');
const set = (text: string, path: string, to: string): string | undefined =>
  edited(file(text), text, { set: pathOf(path), to });
const rename = (text: string, path: string, to: string): string | undefined =>
  edited(file(text), text, { rename: pathOf(path), to });
const weak = (text: string, path: string, key = 'weak', value: string | boolean = true): string | undefined =>
  edited(file(text), text, { object: pathOf(path), key, value });

describe('another text keeps the quotes of the place', () => {
  test.each([
    ['from: self.a # x\n', 'slots.a', 'from: slots.a # x\n'],
    ['from: self.a\n', '#b.c', 'from: "#b.c"\n'],
    ['from: self.a\n', 'true', 'from: "true"\n'],
    ['from: self.a\n', 'a: b', 'from: "a: b"\n'],
    ['from: self.a\n', '1', 'from: "1"\n'],
    ['from: "self.a"\n', 'slots.a', 'from: "slots.a"\n'],
    ['from: "self.a"\n', 'a"b\\\n', 'from: "a\\"b\\\\\\n"\n'],
    ["from: 'self.a'\n", "it's", "from: 'it''s'\n"],
    ["from: 'self.a'\n", 'a\nb', 'from: "a\\nb"\n'],
    ['m: {from: self.a, to: b}\n', 'slots.a', 'm: {from: slots.a, to: b}\n'],
    ['m: {from: self.a, to: b}\n', 'a,b', 'm: {from: "a,b", to: b}\n'],
    ["{from: 'self.a'}", 'it\'s "x"', "{from: 'it\\'s \"x\"'}"],
    ['{"from": "self.a"}', 'it\'s "x"', '{"from": "it\'s \\"x\\""}'],
    ["{from: 'a\\\n b'}", 'c', "{from: 'c'}"],
    ['from: |\n  self.a\n', 'slots.a', undefined],
    ['from: >-\n  self.a\n', 'slots.a', undefined],
    ['from: one\n  two\n', 'slots.a', undefined],
    ['from: "one\n  two"\n', 'slots.a', 'from: "slots.a"\n'],
    ['from: &a self.a\nother: *a\n', 'slots.a', undefined],
    ['from: &a self.a\n', 'slots.a', 'from: &a slots.a\n'],
    ['other: &a self.a\nfrom: *a\n', 'slots.a', undefined],
  ])('%j with %j', (text, to, after) => {
    const path = text.startsWith('m:') ? 'm.from' : 'from';
    expect(set(text, path, to)).toBe(after);
  });

  test('keys', () => {
    expect(rename('slot: 1\n', 'slot', 'slots')).toBe('slots: 1\n');
    expect(rename('"slot": 1\n', 'slot', 'slots')).toBe('"slots": 1\n');
    expect(rename('- slot: 1\n  b: 2\n', '0.slot', 'slots')).toBe('- slots: 1\n  b: 2\n');
    expect(rename('{slot: 1}', 'slot', 'slots')).toBe('{slots: 1}');
    expect(rename('{slot: 1}', 'slot', 'a-b')).toBe('{"a-b": 1}');
    expect(rename('{slot: 1}', 'slot', 'true')).toBe('{"true": 1}');
    expect(rename("{'slot': 1}", 'slot', 'slots')).toBe("{'slots': 1}");
    expect(rename('{"slot": 1}', 'slot', 'slots')).toBe('{"slots": 1}');
  });

  test('half of a character cannot be written', () => {
    expect(set('{from: "a"}', 'from', '\ud800')).toBe(undefined);
    expect(set('from: "a"\n', 'from', '\ud800')).toBe(undefined);
  });
});

describe('a field more', () => {
  test.each([
    ['- to: a\n  from: b # x\n- to: c\n', '0', '- to: a\n  from: b # x\n  weak: true\n- to: c\n'],
    ['- to: a\n  from: b', '0', '- to: a\n  from: b\n  weak: true'],
    ['- to: a\r\n  from: b\r\n', '0', '- to: a\r\n  from: b\r\n  weak: true\r\n'],
    ['-\n  to: a\n\n  # more\n', '0', '-\n  to: a\n  weak: true\n\n  # more\n'],
    ['- - to: a\n    from: b\n', '0.0', '- - to: a\n    from: b\n    weak: true\n'],
    ['- to: a\n  from: |\n    b\n- c: 1\n', '0', '- to: a\n  from: |\n    b\n  weak: true\n- c: 1\n'],
    ['- to: a\n  from: |+\n    b\n\n- c: 1\n', '0', undefined],
    ['- to: a\n  weak: false # no\n', '0', '- to: a\n  weak: true # no\n'],
    ['- {to: a, weak: false}\n', '0', '- {to: a, weak: true}\n'],
    ['- {to: a, from: b}\n', '0', '- {to: a, from: b, weak: true}\n'],
    ['- { to: a, from: b } # x\n', '0', '- { to: a, from: b, weak: true } # x\n'],
    ['- {"to":"a","from":"b"}\n', '0', '- {"to":"a","from":"b","weak":true}\n'],
    ['- {}\n', '0', '- {weak: true}\n'],
    ['- &x {to: a}\n- *x\n', '0', undefined],
    ['- &x {to: a}\n- *x\n', '1', undefined],
    [
      '- {\n    to: a, # x\n    from: b # y\n  }\n',
      '0',
      '- {\n    to: a, # x\n    from: b, # y\n    weak: true\n  }\n',
    ],
    ['[{to: "a", from: "b"}]', '0', '[{to: "a", from: "b", weak: true}]'],
    ['[{"to":"a","from":"b"}]', '0', '[{"to":"a","from":"b","weak":true}]'],
    ["[{ 'to': 'a', 'from': 'b', }]", '0', "[{ 'to': 'a', 'from': 'b', 'weak': true, }]"],
    ['[{ to: "a", from: "b" /* c */ }]', '0', '[{ to: "a", from: "b", weak: true /* c */ }]'],
    ['[{\n\tto: "a",\n\tfrom: "b", // c\n}]', '0', '[{\n\tto: "a",\n\tfrom: "b", // c\n\tweak: true,\n}]'],
    ['[{\n\tto: "a",\n\tfrom: "b" // c\n}]', '0', '[{\n\tto: "a",\n\tfrom: "b", // c\n\tweak: true\n}]'],
    ['[{\r\n  to: "a"\r\n}]', '0', '[{\r\n  to: "a",\r\n  weak: true\r\n}]'],
    ['[{\n  to: "a" }]', '0', '[{\n  to: "a",\n  weak: true }]'],
    ['[{\n  to: "a", /* x\n y */\n}]', '0', '[{\n  to: "a",\n  weak: true, /* x\n y */\n}]'],
    ['[{ // none\n}]', '0', '[{weak: true // none\n}]'],
    ['[{weak: false}]', '0', '[{weak: true}]'],
  ])('%j at %s', (text, path, after) => {
    expect(weak(text, path)).toBe(after);
  });

  test('a text', () => {
    expect(weak('a:\n  b: 1\n', 'a', 'kind', 'http')).toBe('a:\n  b: 1\n  kind: http\n');
    expect(weak('a:\n  b: 1\n', 'a', 'kind', '#x')).toBe('a:\n  b: 1\n  kind: "#x"\n');
    expect(weak('{a: {b: 1}}', 'a', 'kind', 'http')).toBe('{a: {b: 1, kind: "http"}}');
  });
});
