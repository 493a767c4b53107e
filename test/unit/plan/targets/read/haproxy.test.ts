/** Words of a line as HAProxy takes them apart. */
import { describe, expect, it } from 'vitest';
import { readHaproxy } from '../../../../../src/plan/targets/read/haproxy.ts';

const listener = (...lines: readonly string[]): unknown =>
  readHaproxy(['listen a', ...lines.map((line) => `  ${line}`), ''].join('\n'), { IN: '10.0.0.1', 'A-B': 'no' });

describe('a listener', () => {
  it.each([
    ["description 'it is one'", 'it is one'],
    ["description 'with $ and ${IN} and \" and # and \\'", 'with $ and ${IN} and " and # and \\'],
    ["description 'it'\\''s'", "it's"],
    ['description "${IN}:8080"', '10.0.0.1:8080'],
    ['description "${OUT}:8080 ${A-B}"', '${OUT}:8080 ${A-B}'],
    ['description ${IN}', '${IN}'],
    ['description one two  # three', 'one two'],
    ['description one# two', 'one'],
    ['description a"b c"d', 'ab cd'],
    ['description one\\ two', 'one two'],
    ['description one\\# two', 'one# two'],
    ['description\tone\u00a0two', 'one two'],
    ["description it's", "it's"],
    ['description a"b', 'a"b'],
    ['description a\\', 'a\\'],
    ["description ''", ''],
  ])('is described by %s', (line, key) => {
    expect(listener(line)).toEqual([{ key, binds: [], servers: [] }]);
  });

  it('listens and leads where it says', () => {
    expect(listener('bind "${IN}:20000"', '# bind "${IN}:1"', 'server to "${IN}:80" init-addr last,libc,none')).toEqual(
      [{ key: '', binds: ['10.0.0.1:20000'], servers: ['10.0.0.1:80'] }],
    );
  });

  it.each(['bind a b', 'bind', 'server to', 'server to a check', 'use_backend b', 'mode tcp'])(
    'is refused with %s',
    (line) => {
      expect(() => listener(line)).toThrow(SyntaxError);
    },
  );
});

it('takes nothing in front of a listener that could lead anywhere', () => {
  expect(() => readHaproxy('global\n  stats socket /x\n', {})).toThrow('line 2: nobody knows what `stats` does there');
  expect(() => readHaproxy('frontend a\n', {})).toThrow('line 1: nobody knows what `frontend` does there');
});
