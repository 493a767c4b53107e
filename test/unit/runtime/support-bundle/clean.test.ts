import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../../src/runtime/redactor/redactor.ts';
import { createCleaner } from '../../../../src/runtime/support-bundle/clean.ts';

const cleaner = (home: string | undefined = undefined): ReturnType<typeof createCleaner> =>
  createCleaner({ redactor: createRedactor(['sesame-open', '73519024']), home });

describe('what goes into a bundle', () => {
  it('has no secret in a text, a key, a number, or a list', () => {
    expect(cleaner().json({ 'a sesame-open b': ['sesame-open'], n: 73519024, m: 7, t: true, z: null })).toEqual({
      'a [secret] b': ['[secret]'],
      n: '[secret]',
      m: 7,
      t: true,
      z: null,
    });
    expect(cleaner().json(JSON.parse('{"__proto__": "sesame-open"}'))).toEqual(JSON.parse('{"__proto__": "[secret]"}'));
  });

  it.each([
    ['/home/me', '/home/me/x and "/home/me", /home/me', '~/x and "~", ~'],
    ['/home/me', '/home/mean /home/me.old /x/home/me/y', '/home/mean /home/me.old /x/home/me/y'],
    ['/home/me/', '/home/me/x', '~/x'],
    ['/h.me', '/home/x /h.me/x', '/home/x ~/x'],
    ['/', '/a/b', '/a/b'],
    [undefined, '/home/me/x', '/home/me/x'],
  ])('has the home %j as `~`: %s', (home, text, clean) => {
    expect(cleaner(home).text(text)).toBe(clean);
  });
});
