import { expect, it } from 'vitest';
import { isShallow } from '../../../src/base/json-depth.ts';

const nested = (n: number): string => `${'['.repeat(n)}${']'.repeat(n)}`;

it.each<[string, boolean]>([
  ['', true],
  ['1', true],
  [nested(3), true],
  [nested(4), false],
  [`[${nested(2)},${nested(2)},${nested(2)}]`, true],
  ['{"a":{"b":{"c":1}}}', true],
  ['{"a":{"b":{"c":[]}}}', false],
  ['"[[[[[["', true],
  ['"\\"[[[[[["', true],
  ['"\\\\",[[[[', false],
  ['"[[[[', true],
])('%s', (text, shallow) => {
  expect(isShallow(text, 3)).toBe(shallow);
});
