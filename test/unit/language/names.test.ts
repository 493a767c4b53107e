import { expect, test } from 'vitest';
import { isConfigKey, isName } from '../../../src/language/names.ts';

test('a name is anything without a dot', () => {
  expect(['', 'a b', 'a/b', '#x', 'é', '1', '__proto__'].filter((name) => !isName(name))).toEqual([]);
  expect(['.', 'a.b', '.a', 'a.'].filter(isName)).toEqual([]);
});

test('a config key is what an environment variable can carry', () => {
  expect(['a', 'a1', 'a_b', 'hf_token_'].filter((key) => !isConfigKey(key))).toEqual([]);
  expect(['', 'A', '1a', '_a', 'a__b', 'a-b', 'a.b', 'é', 'a\n'].filter(isConfigKey)).toEqual([]);
});
