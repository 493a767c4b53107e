import { describe, expect, it } from 'vitest';
import {
  inCommon,
  inCommonOf,
  writeYaml,
  type YamlObject,
  yamlWriter,
} from '../../../../../../src/phases/7-emit/from-plan/containers/yaml.ts';

const plain = {
  one: 1,
  yes: 'no',
  list: ['a', { b: null, c: [] }],
  none: undefined,
  empty: {},
  'a key': { deep: true },
};

describe('what is in common', () => {
  const common = inCommon(plain);
  const around = (value: YamlObject): YamlObject => ({
    first: value,
    second: { third: value, items: [value, { x: value, y: 2 }, [value]] },
    ...value,
  });

  it('is written as everything else is, wherever it stands', () => {
    expect(writeYaml(around(common))).toBe(writeYaml(around(plain)));
    expect(writeYaml(common)).toBe(writeYaml(plain));
    expect(JSON.stringify(around(common))).toBe(JSON.stringify(around(plain)));
  });

  it('is another thing with something more in it', () => {
    const more = { ...common, more: 1 };
    writeYaml({ a: common });
    expect(writeYaml({ a: more })).toBe(writeYaml({ a: { ...plain, more: 1 } }));
    expect(writeYaml({ a: common })).toBe(writeYaml({ a: plain }));
  });

  it('is made once for the same numbers, and anew for somebody else', () => {
    let made = 0;
    const of = inCommonOf((port: number, path?: string) => ({ port, path, count: ++made }));
    const [a, b] = [{}, {}];
    expect(of(a, 1)).toBe(of(a, 1));
    expect(of(a, 1)).not.toBe(of(b, 1));
    expect(of(a, 1)).not.toBe(of(a, 1, '/'));
    expect(of(a, 12)).not.toBe(of(a, 1));
    expect(made).toBe(4);
  });
});

it('remembers keys, and nothing else', () => {
  const write = yamlWriter();
  const texts = [{ yes: 1, a: 'yes' }, { a: 'no', yes: 2 }, { 'a b': { yes: [] } }];
  expect(texts.map((one) => write(one))).toEqual(texts.map((one) => writeYaml(one)));
  expect(write({ yes: 1, on: 2, onto: 3 })).toBe('"yes": 1\n"on": 2\nonto: 3\n');
  expect(write({ a: [{ b: 1, c: [2, {}] }] }, '  ')).toBe('  a:\n    - b: 1\n      c:\n        - 2\n        - {}\n');
});
