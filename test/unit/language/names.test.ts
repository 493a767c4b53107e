import { expect, test } from 'vitest';
import { hasControl } from '../../../src/base/control.ts';
import { nameFaults } from '../../../src/language/name-faults.ts';
import { isConfigKey } from '../../../src/language/names.ts';

/** Every one of the Basic Multilingual Plane that acts on a terminal or turns the direction of text, by what Unicode says of it. */
const acting = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((character) =>
  /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(character),
);

test('a name is anything without a dot and without what cannot be seen', () => {
  expect(['', 'a b', 'a/b', '#x', 'é', '1', '__proto__', 'नी\u200dक', '👩\u200d👩'].flatMap(nameFaults)).toEqual([]);
  expect(['.', 'a.b', '.a', 'a.'].map(nameFaults)).toEqual([['dot'], ['dot'], ['dot'], ['dot']]);
  expect(nameFaults('a.\n')).toEqual(['dot', 'control']);
  expect(['/a.b', 'a.b@c'].every((name) => !hasControl(name))).toBe(true);
});

test('what acts is refused, and nothing else', () => {
  expect(acting.length).toBeGreaterThan(70);
  expect(acting.filter((character) => nameFaults(`a${character}b`).join() !== 'control')).toEqual([]);
  const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
  expect(all.filter(hasControl)).toEqual(acting);
});

test('a config key is what an environment variable can carry', () => {
  expect(['a', 'a1', 'a_b', 'hf_token_'].filter((key) => !isConfigKey(key))).toEqual([]);
  expect(['', 'A', '1a', '_a', 'a__b', 'a-b', 'a.b', 'é', 'a\n'].filter(isConfigKey)).toEqual([]);
});
