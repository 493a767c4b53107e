const int64 = { min: -(2n ** 63n), max: 2n ** 64n - 1n };

/**
 * A number as the reference prints it in canonical JSON. Integers within 64 bits keep every digit; the rest are shortest floats
 * with a point. Undefined for what JSON cannot say (NaN, Infinity).
 */
export function canonicalNumber(raw: string): { readonly value: number; readonly text: string } | undefined {
  const sign = raw.startsWith('-') ? '-' : '';
  const digits = raw.replace(/^[+-]/, '').replaceAll('_', '');
  if (/^(?:\d+|0[xX][\da-fA-F]+|0o[0-7]+)$/.test(digits)) {
    const value = BigInt(/^0\d/.test(digits) ? digits.replace(/^0+(?=\d)/, '') : digits) * (sign ? -1n : 1n);
    if (value >= int64.min && value <= int64.max) {
      return value === 0n && sign ? { value: -0, text: '-0.0' } : { value: Number(value), text: value.toString() };
    }
  }
  const value = Number(sign + digits);
  return Number.isFinite(value) ? { value, text: floatText(value) } : undefined;
}

/** Shortest digits that read back as the same double; `1.0`, `1e16`, `1.5e300`, `1e-7`. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= 16 || power < -5) return `${mantissa}e${power}`;
  const plain = String(value);
  if (!plain.includes('e')) return plain.includes('.') ? plain : `${plain}.0`;
  return value.toFixed(Math.max(0, mantissa.replace('-', '').replace('.', '').length - 1 - power));
}
