import { describe, expect, it } from 'vitest';
import { partsOfUrl } from '../../../../src/runtime/bindings/known-texts.ts';
import { createRedactor } from '../../../../src/runtime/redactor/redactor.ts';

describe('what a URL gives away', () => {
  it.each([
    ['http://h/base/tok-QQQQ', ['base/tok-QQQQ', 'tok-QQQQ']],
    ['http://h/services/T0/B1/abcdefgh1234/', ['services/T0/B1/abcdefgh1234', 'services', 'abcdefgh1234']],
    ['http://h/a%20b/x', ['a%20b/x', 'a b/x']],
    ['http://h/?key=k1&plain', ['k1', 'plain']],
    ['http://h/?key=a%2Fb', ['a%2Fb', 'a/b']],
    ['http://u:p%40ss@h/', ['p%40ss', 'p@ss', 'u:p@ss']],
    ['http://token@h/', ['token', 'token:']],
    ['http://h/', []],
    ['not a URL', []],
  ])('%s', (url, parts) => {
    expect(partsOfUrl(url)).toEqual(parts);
  });

  it('is taken out of what a provider echoes', () => {
    const redactor = createRedactor(partsOfUrl('http://h/base/tok-QQQQ?sig=zz-signature'));
    const echo = 'GET /base/tok-QQQQ?sig=zz-signature, then tok-QQQQ';
    expect(redactor.redact(echo)).toBe('GET /[secret]?sig=[secret], then [secret]');
    expect(redactor.redact('GET /base/other')).toBe('GET /base/other');
  });
});
