const int64 = { min: -(2n ** 63n), max: 2n ** 64n - 1n };

/**
 * A number as the reference prints it in canonical JSON. Integers within 64 bits keep every digit; the rest are shortest floats
 * with a point. Undefined for what JSON cannot say (NaN, Infinity).
 */
export function canonicalNumber(raw: string): { readonly value: number; readonly text: string } | undefined {
  const sign = raw.startsWith('-') ? '-' : '';
  const digits = raw.replace(/^[+-]/, '');
  const integer = integerOf(digits);
  if (integer !== undefined) {
    const value = sign ? -integer : integer;
    if (value === 0n && sign) return { value: -0, text: '-0.0' };
    if (value >= int64.min && value <= int64.max) return { value: Number(value), text: value.toString() };
  }
  const value = Number(digits) * (sign ? -1 : 1);
  return Number.isFinite(value) ? { value, text: floatText(value) } : undefined;
}

/** Longer than any integer of 64 bits in any base is left to floats: `BigInt` is quadratic in the digits. */
function integerOf(digits: string): bigint | undefined {
  if (!/^(?:\d+|0[xX][\da-fA-F]+|0o[0-7]+)$/.test(digits)) return undefined;
  const short = /^0\d/.test(digits) ? digits.replace(/^0+(?=\d)/, '') : digits.replace(/^(0[xXo])0+(?=.)/, '$1');
  return short.length > 24 ? undefined : BigInt(short);
}

/** Shortest digits that read back as the same double; `1.0`, `1e16`, `1.5e300`, `1e-7`. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= 16 || power < -5) return `${mantissa}e${power}`;
  // ECMAScript writes exponents below 1e-6 and from 1e21 on only.
  const plain = String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}
