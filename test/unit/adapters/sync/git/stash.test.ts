import { describe, expect, it } from 'vitest';
import { loggedIn } from '../../../../../src/adapters/sync/git/stash.ts';

const [a, b] = ['a', 'b'].map((digit) => digit.repeat(40)) as [string, string];
const who = 'N <e@x.test> 1700000000 +0100';

describe('the log of a ref', () => {
  it('has the new value of each line, whatever is said with it', () => {
    const long = 'c'.repeat(64);
    expect(
      loggedIn(`${a} ${b} ${who}\tWIP on main: <x>\t> 1 +0000\n${b} ${a} ${who}\n${long} ${long} ${who}\tx`),
    ).toEqual([b, a, long]);
  });

  it.each([
    '',
    b,
    `${a} ${b}`,
    `${a} ${b.toUpperCase()} ${who}\tx`,
    `${a}  ${b} ${who}\tx`,
    ` ${a} ${b} ${who}\tx`,
    `${a} ${'b'.repeat(64)} ${who}\tx`,
    `${a} ${'b'.repeat(41)} ${who}\tx`,
    `${'a'.repeat(41)} ${'b'.repeat(41)} ${who}\tx`,
    `${a} ../../config ${who}\tx`,
    `${a} ${b} no address\tx`,
    `${a} ${b} N <e> when +0100\tx`,
    `${a} ${b} N <e> 1 0100\tx`,
  ])('has none in %j', (line) => {
    expect(loggedIn(`${line}\n`)).toEqual([]);
  });
});
