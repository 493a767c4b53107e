import { describe, expect, test } from 'vitest';
import { canonicalNumber, floatText } from '../../../../src/language/syntax/number.ts';

describe('numbers as the reference prints them', () => {
  test.each([
    ['0', '0'],
    ['-0', '-0.0'],
    ['0.0', '0.0'],
    ['+7', '7'],
    ['007', '7'],
    ['0x1F', '31'],
    ['-0xff', '-255'],
    ['0o17', '15'],
    ['9007199254740993', '9007199254740993'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['-9223372036854775809', '-9.223372036854776e18'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '1.8446744073709552e19'],
    ['0xffffffffffffffff', '18446744073709551615'],
    [`0x${'0'.repeat(40)}2`, '2'],
    ['1.', '1.0'],
    ['.5', '0.5'],
    ['1e2', '100.0'],
    ['1e15', '1000000000000000.0'],
    ['1e16', '1e16'],
    ['1e21', '1e21'],
    ['1.5e300', '1.5e300'],
    ['0.00001', '0.00001'],
    ['0.000012', '0.000012'],
    ['1e-6', '1e-6'],
    ['1e-7', '1e-7'],
    ['5e-324', '5e-324'],
  ])('%s is %s', (raw, text) => expect(canonicalNumber(raw)?.text).toBe(text));

  test.each(['NaN', 'Infinity', '-Infinity', '.inf', '1e400', `1${'0'.repeat(400)}`])('%s is none', (raw) =>
    expect(canonicalNumber(raw)).toBeUndefined(),
  );

  test('a million digits are read', () => {
    expect(canonicalNumber('9'.repeat(1_000_000))).toBeUndefined();
    expect(canonicalNumber(`${'0'.repeat(1_000_000)}12`)?.text).toBe('12');
  });

  test('a float keeps its value', () => {
    for (const value of [0.1, 123456.789, 1e-5, 9.99e15, 1e16, -2.5e-9, Number.MAX_VALUE, Number.MIN_VALUE]) {
      expect(Number(floatText(value))).toBe(value);
    }
  });
});
