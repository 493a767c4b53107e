import { describe, expect, it } from 'vitest';
import { blockOf, numberOfAddress } from '../../../../../src/plan/targets/read/addresses.ts';

describe('an address', () => {
  it.each([
    ['0.0.0.0', 0],
    ['0.0.1.2', 258],
    ['010.0.0.1', 167_772_161],
    ['127.0.0.1', 2_130_706_433],
    ['255.255.255.255', 4_294_967_295],
  ])('%s is a number', (text, number) => {
    expect(numberOfAddress(text)).toBe(number);
  });

  it.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.',
    '1.2.3.4.',
    '1.2.3.4.5',
    '.1.2.3',
    '1..2.3',
    '1.2.3.256',
    '1.2.3.0004',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.-4',
    '1.2.3.a',
    '1.2.3.٤',
  ])('%j is none', (text) => {
    expect(numberOfAddress(text)).toBeUndefined();
  });

  it('begins a block', () => {
    expect(blockOf('10.0.0.8/29')).toEqual({ first: 167_772_168, last: 167_772_175 });
    expect(blockOf('10.0.0.9/29')).toBeUndefined();
  });
});
