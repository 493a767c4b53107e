import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { homeOf } from '../../../../src/adapters/files/home.ts';

describe('the home', () => {
  it('is what HOME says', () => {
    expect(homeOf({ HOME: '/home/somebody' })).toBe('/home/somebody');
  });

  it.each([[''], ['.'], ['keys'], [undefined]])('is that of the account where HOME is %j', (HOME) => {
    expect(homeOf({ HOME })).toBe(userInfo().homedir);
  });
});
